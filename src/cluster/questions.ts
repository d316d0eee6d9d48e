import { setTimeout as wait } from 'node:timers/promises';
import type { Question, WorkerAnswers } from './messages.ts';

/** How long a worker may take for an answer, in ms. Prometheus waits for 10 s by default. */
const answerWithinMs = 2_000;

/** What the primary process has asked a worker, and its last answers. */
export type Questions = {
  /**
   * Asks the worker, unless the same question is pending.
   *
   * @param ended resolves when the worker gives no answer any more
   * @returns undefined if the worker gives no answer in time
   */
  ask<Type extends keyof WorkerAnswers>(type: Type, ended: Promise<unknown>): Promise<WorkerAnswers[Type] | undefined>;
  receive(answer: Partial<WorkerAnswers>): void;
  readonly last: Readonly<Partial<WorkerAnswers>>;
};

/** Creates the questions to one worker. */
export function createQuestions(send: (question: Question) => void): Questions {
  const last: Partial<WorkerAnswers> = {};
  const pending = new Map<string, PromiseWithResolvers<boolean>>();
  return {
    last,
    async ask(type, ended) {
      let question = pending.get(type);
      if (question === undefined) {
        question = Promise.withResolvers<boolean>();
        pending.set(type, question);
        send({ type });
      }
      const isLate = wait(answerWithinMs, false, { ref: false });
      const isAnswered = await Promise.race([question.promise, ended.then(() => false), isLate]);
      return isAnswered ? last[type] : undefined;
    },
    receive(answer) {
      Object.assign(last, answer);
      for (const type of Object.keys(answer)) {
        pending.get(type)?.resolve(true);
        pending.delete(type);
      }
    },
  };
}
