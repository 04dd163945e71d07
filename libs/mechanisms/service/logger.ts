import type { LoggerService } from '@nestjs/common';
import { pino } from 'pino';
import type { Logger as Pino } from 'pino';
import type { LogLevel } from './config.ts';

/** Structured logs as one JSON object a line on standard output, for Nest and for the mechanisms alike. */
export class Logger implements LoggerService {
  private readonly pino: Pino;

  constructor(service: string, level: LogLevel) {
    this.pino = pino({ level, base: { service, pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime });
  }

  debug(fields: object | string, message?: unknown): void {
    this.write('debug', fields, message);
  }

  info(fields: object | string, message?: unknown): void {
    this.write('info', fields, message);
  }

  log(fields: object | string, message?: unknown): void {
    this.write('info', fields, message);
  }

  warn(fields: object | string, message?: unknown): void {
    this.write('warn', fields, message);
  }

  error(fields: object | string, ...rest: unknown[]): void {
    this.write('error', fields, rest.at(-1));
  }

  fatal(fields: object | string, message?: unknown): void {
    this.write('fatal', fields, message);
  }

  verbose(fields: object | string, message?: unknown): void {
    this.write('trace', fields, message);
  }

  /** Takes both orders of arguments: pino's (fields, message) and Nest's (message, context). */
  private write(level: Exclude<LogLevel, 'silent'>, fields: object | string, text: unknown): void {
    if (typeof fields === 'string') this.pino[level]({ context: text }, fields);
    else this.pino[level](fields, typeof text === 'string' ? text : undefined);
  }
}
