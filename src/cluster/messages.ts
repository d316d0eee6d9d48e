import type { HealthReport } from '../metrics/health-report.ts';
import type { ProcessMetrics } from '../metrics/merge.ts';

/** What the primary process asks a worker for: the answer has the same type. */
export type Question = { type: 'metrics' } | { type: 'health' };

/** What the primary process sends to a worker. */
export type PrimaryMessage =
  | Question
  | {
      type: 'stop';
      /** Whether another worker has taken its place: the gateway stays ready, and the port stays open. */
      isReplaced: boolean;
    };

/** What a worker knows of itself. */
export type WorkerAnswers = { metrics: ProcessMetrics; health: HealthReport };

/** What a worker sends to the primary process: it serves requests on this URL, it cannot start, or an answer. */
export type WorkerMessage =
  | { type: 'listening'; url: string }
  | { type: 'failed'; problems: readonly string[] }
  | { type: 'answer'; answer: Partial<WorkerAnswers> };
