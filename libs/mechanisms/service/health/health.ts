import { Injectable } from '@nestjs/common';

/** What one dependency or part of the process says of itself. */
export interface HealthReport {
  readonly ready: boolean;
  readonly [detail: string]: unknown;
}

/** Collects what readiness depends on; each part registers itself. */
@Injectable()
export class Health {
  private readonly parts = new Map<string, () => HealthReport | Promise<HealthReport>>();

  register(name: string, report: () => HealthReport | Promise<HealthReport>): void {
    this.parts.set(name, report);
  }

  async report(): Promise<{ ready: boolean; parts: Record<string, HealthReport> }> {
    const entries = await Promise.all(
      [...this.parts].map(async ([name, report]) => [name, await tolerant(report)] as const),
    );
    return { ready: entries.every(([, { ready }]) => ready), parts: Object.fromEntries(entries) };
  }
}

async function tolerant(report: () => HealthReport | Promise<HealthReport>): Promise<HealthReport> {
  try {
    return await report();
  } catch (error) {
    return { ready: false, error: error instanceof Error ? error.message : String(error) };
  }
}
