import { Type, type Static } from 'typebox';
import { Message, nextCursor, RoomSummary } from './resources.ts';
import { schemaRef } from './schema-ref.ts';

export const SearchResult = Type.Object(
  {
    message: schemaRef(Message),
    room: schemaRef(RoomSummary),
    snippet: Type.Array(Type.Object({ text: Type.String(), match: Type.Boolean() }), {
      description: 'Plain text in parts; the client highlights those that match',
      examples: [
        [
          { text: 'what is for ', match: false },
          { text: 'lunch', match: true },
        ],
      ],
    }),
  },
  { $id: 'SearchResult', description: 'A message that was found, and where it matches' },
);
export type SearchResult = Static<typeof SearchResult>;

export const SearchPage = Type.Object({ results: Type.Array(schemaRef(SearchResult)), nextCursor });
export type SearchPage = Static<typeof SearchPage>;
