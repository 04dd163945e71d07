import { ApiProperty } from '@nestjs/swagger';

class HistoryItemResponse {
  @ApiProperty({ type: 'integer' })
  version: number;
  @ApiProperty({ description: 'The short name of the event.' })
  type: string;
  @ApiProperty({ format: 'date-time' })
  at: string;
  @ApiProperty({ format: 'uuid' })
  eventId: string;
  @ApiProperty({ format: 'uuid' })
  commandId: string;
  @ApiProperty()
  correlationId: string;
  @ApiProperty({ format: 'uuid', description: 'The command or the event that led to this one.' })
  causationId: string;
  @ApiProperty()
  actor: string;
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The fields of the event.' })
  data: object;
}

/** Documents the history of any entity. */
export class HistoryResponse {
  @ApiProperty({ type: () => [HistoryItemResponse], description: 'Oldest first.' })
  items: HistoryItemResponse[];
}
