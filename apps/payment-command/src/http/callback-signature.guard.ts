import { Inject, Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext, RawBodyRequest } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { HttpError } from '#mechanisms/service/index';
import { isSigned } from './callback-signature.ts';
import type { CallbackSecurity } from './callback-signature.ts';

export const CALLBACK_SECURITY = Symbol('CallbackSecurity');

/** Lets nobody in but who knows the secret. */
@Injectable()
export class CallbackSignatureGuard implements CanActivate {
  private readonly security: CallbackSecurity;

  constructor(@Inject(CALLBACK_SECURITY) security: CallbackSecurity) {
    this.security = security;
  }

  canActivate(context: ExecutionContext): boolean {
    const { rawBody, headers } = context.switchToHttp().getRequest<RawBodyRequest<FastifyRequest>>();
    const signature = headers['x-signature'];
    const text = Array.isArray(signature) ? undefined : signature;
    if (rawBody && isSigned(rawBody, text, this.security, Date.now())) return true;
    throw new HttpError('INVALID_SIGNATURE', 'The signature is missing, too old, or not over this body.');
  }
}
