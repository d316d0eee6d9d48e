import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { launchChromium } from '../browser/chromium.ts';

it('npm run example prints one address, shows 100,000 contacts there, and stops with all that it has started', async () => {
  const example = spawn('npm', ['run', '--silent', 'example'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const { pid = 0 } = example;
  const lines: string[] = [];
  const browser = await launchChromium();
  try {
    const printed = createInterface(example.stdout);
    printed.on('line', (line) => lines.push(line));
    await once(printed, 'line');
    const address = /^Contact console: (http:\S+)$/.exec(lines[0] ?? '')?.[1] ?? '';
    const page = await browser.context.newPage();
    await page.goto(address);
    await page.getByText('100,000 contacts', { exact: true }).waitFor();

    // A terminal sends the signal of Ctrl+C to all processes of the group.
    const exited = once(example, 'exit');
    process.kill(-pid, 'SIGINT');
    await exited;
    await expect.poll(() => isReachable(address)).toBe(false);
    await expect.poll(() => hasProcesses(pid)).toBe(false);
    expect(lines).toHaveLength(1);
  } finally {
    if (hasProcesses(pid)) process.kill(-pid, 'SIGKILL');
    await browser.close();
  }
});

async function isReachable(address: string): Promise<boolean> {
  return fetch(address).then(
    () => true,
    () => false,
  );
}

/** Whether the process group of a process still has processes. */
function hasProcesses(groupId: number): boolean {
  try {
    process.kill(-groupId, 0);
    return true;
  } catch {
    return false;
  }
}
