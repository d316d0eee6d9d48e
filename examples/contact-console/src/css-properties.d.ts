import 'react';

declare module 'react' {
  interface CSSProperties {
    /** A hue in degrees, for the color of an avatar. */
    '--hue'?: number;
  }
}
