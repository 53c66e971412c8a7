import { Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets';
import { EntitySchema } from 'typeorm';

/*
 * A chat as tutorials build it with NestJS: a gateway on Socket.IO joins rooms; a service saves each message
 * through TypeORM's repository in PostgreSQL; then come the broadcast and the ack. All settings are the defaults.
 * It authenticates nobody, and stored messages cannot be read back.
 *
 * Node strips types but knows no decorators. So this is JavaScript that calls the decorators as functions, and
 * needs no build step.
 */
const MessageEntity = new EntitySchema({
  name: 'Message',
  columns: {
    id: { type: 'int', primary: true, generated: 'increment' },
    room: { type: 'varchar' },
    author: { type: 'varchar' },
    text: { type: 'text' },
    createdAt: { type: 'timestamptz', createDate: true },
  },
});

class ChatService {
  constructor(messages) {
    this.messages = messages;
  }

  createMessage(room, author, text) {
    return this.messages.save(this.messages.create({ room, author, text }));
  }
}
Injectable()(ChatService);
InjectRepository(MessageEntity)(ChatService, undefined, 0);

class ChatGateway {
  constructor(chat) {
    this.chat = chat;
  }

  async handleConnection(client) {
    client.data.room = String(client.handshake.query.room);
    await client.join(client.data.room);
  }

  async handleMessage(client, { text }) {
    const message = await this.chat.createMessage(client.data.room, client.id, text);
    this.server.to(message.room).emit('message', message);
    return message.id;
  }
}
WebSocketGateway()(ChatGateway);
Inject(ChatService)(ChatGateway, undefined, 0);
WebSocketServer()(ChatGateway.prototype, 'server');
const handler = [ChatGateway.prototype, 'handleMessage'];
ConnectedSocket()(...handler, 0);
MessageBody()(...handler, 1);
SubscribeMessage('send')(...handler, Object.getOwnPropertyDescriptor(...handler));

function AppModule() {}
Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env.DATABASE_URL,
      entities: [MessageEntity],
      synchronize: true,
    }),
    TypeOrmModule.forFeature([MessageEntity]),
  ],
  providers: [ChatService, ChatGateway],
})(AppModule);

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
await app.listen(0, '127.0.0.1');
console.log(await app.getUrl());
process.on('SIGTERM', () => process.exit());
