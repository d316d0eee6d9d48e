import { Component, type PropsWithChildren, type ReactNode } from 'react';

type Props = PropsWithChildren<{
  /** A change of this value shows the children again. */
  resetKey: unknown;
  fallback: (error: unknown) => ReactNode;
}>;

type State = { failure: { error: unknown } | undefined };

/** Shows a fallback in the place of the children that cannot be rendered; the rest of the page stays as it is. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { failure: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { failure: { error } };
  }

  override componentDidUpdate({ resetKey }: Props) {
    if (resetKey !== this.props.resetKey && this.state.failure !== undefined) this.setState({ failure: undefined });
  }

  override render() {
    const { failure } = this.state;
    return failure === undefined ? this.props.children : this.props.fallback(failure.error);
  }
}
