import { Controller, HttpCode, Post, Put, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ChangeContact } from '#contexts/customer/commands/change-contact.command';
import { ChangeCreditLimit } from '#contexts/customer/commands/change-credit-limit.command';
import { ReactivateCustomer } from '#contexts/customer/commands/reactivate-customer.command';
import { RegisterCustomer } from '#contexts/customer/commands/register-customer.command';
import { SuspendCustomer } from '#contexts/customer/commands/suspend-customer.command';
import type { Receipt } from '#mechanisms/event-store/index';
import { acceptedHeaders, ApiCommand, Command, IdParam } from '#mechanisms/service/index';
import type { CommandInput } from '#mechanisms/service/index';
import {
  ChangeContactRequest,
  ChangeCreditLimitRequest,
  ReactivateCustomerRequest,
  SuspendCustomerRequest,
} from './change-customer.requests.ts';
import { contactOf } from './contact.ts';
import { CustomerAccepted } from './customer.response.ts';
import { RegisterCustomerRequest } from './register-customer.request.ts';

@ApiTags('customers')
@Controller('customers')
export class CustomersController {
  private readonly commands: CommandBus;

  constructor(commands: CommandBus) {
    this.commands = commands;
  }

  @Post()
  @ApiCommand({
    summary: 'Register a customer',
    body: RegisterCustomerRequest,
    accepted: CustomerAccepted,
    status: 201,
  })
  async register(
    @Command({ body: RegisterCustomerRequest }) { body, context, newEntityId }: CommandInput<RegisterCustomerRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CustomerAccepted> {
    const { name, email, creditLimit } = body;
    const registration = { customerId: newEntityId, name, email, creditLimit };
    const receipt = await this.commands.execute(new RegisterCustomer(registration, context));
    void reply.header('location', `/customers/${receipt.entityId}`);
    return accepted(receipt, reply);
  }

  @Put(':id/contact')
  @ApiCommand({
    summary: 'Change name, e-mail address or both',
    params: IdParam,
    body: ChangeContactRequest,
    accepted: CustomerAccepted,
  })
  async changeContact(
    @Command({ params: IdParam, body: ChangeContactRequest })
    { params, body, context }: CommandInput<ChangeContactRequest, IdParam>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CustomerAccepted> {
    return accepted(await this.commands.execute(new ChangeContact(params.id, contactOf(body), context)), reply);
  }

  @Put(':id/credit-limit')
  @ApiCommand({
    summary: 'Change the credit limit, in its currency',
    params: IdParam,
    body: ChangeCreditLimitRequest,
    accepted: CustomerAccepted,
  })
  async changeCreditLimit(
    @Command({ params: IdParam, body: ChangeCreditLimitRequest })
    { params, body, context }: CommandInput<ChangeCreditLimitRequest, IdParam>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CustomerAccepted> {
    return accepted(await this.commands.execute(new ChangeCreditLimit(params.id, body.creditLimit, context)), reply);
  }

  @Post(':id/suspend')
  @HttpCode(200)
  @ApiCommand({
    summary: 'Decline all new orders of a customer',
    params: IdParam,
    body: SuspendCustomerRequest,
    accepted: CustomerAccepted,
  })
  async suspend(
    @Command({ params: IdParam, body: SuspendCustomerRequest })
    { params, body, context }: CommandInput<SuspendCustomerRequest, IdParam>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CustomerAccepted> {
    return accepted(await this.commands.execute(new SuspendCustomer(params.id, body.reason, context)), reply);
  }

  @Post(':id/reactivate')
  @HttpCode(200)
  @ApiCommand({
    summary: 'End a suspension',
    params: IdParam,
    body: ReactivateCustomerRequest,
    accepted: CustomerAccepted,
  })
  async reactivate(
    @Command({ params: IdParam, body: ReactivateCustomerRequest })
    { params, context }: CommandInput<ReactivateCustomerRequest, IdParam>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CustomerAccepted> {
    return accepted(await this.commands.execute(new ReactivateCustomer(params.id, context)), reply);
  }
}

function accepted(receipt: Receipt, reply: FastifyReply): CustomerAccepted {
  acceptedHeaders(reply, receipt);
  const { entityId, version } = receipt;
  return { customerId: entityId, version };
}
