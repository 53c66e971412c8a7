/* The types of docs/openapi.json, for openapi-fetch and its like. `npm run documents` writes this file. */

export interface paths {
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read this document (Swagger UI) */
        get: operations["openDocs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get this document */
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/yaml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get this document */
        get: operations["getOpenApiYaml"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/asyncapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the AsyncAPI document of the WebSocket and the event stream */
        get: operations["getAsyncApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/asyncapi": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the AsyncAPI document */
        get: operations["openAsyncApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ws/chat/{roomId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Open a room (WebSocket)
         * @description A handshake of a WebSocket, refused with an HTTP response. Opening a public room joins it. The AsyncAPI document describes its commands and events.
         */
        get: operations["openRoom"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow all of your rooms (server-sent events)
         * @description Each event has its type in `event:` and JSON in `data:`. Durable events have an `id:`. A client that reconnects with the last one in `Last-Event-ID` receives everything it missed.
         */
        get: operations["followRooms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create an account and sign in
         * @description With `setupCode`, the account becomes the admin of a server that has none, even if registration is closed. With `invite`, it joins the room of the invite; where `REGISTRATION` is `invite`, nobody registers without one.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get a newer token for the same session
         * @description The old token remains valid until it expires. `forbidden` for an API token, and for the token of a host application, which issues new ones itself.
         */
        post: operations["refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End this session
         * @description Every token of the session becomes invalid, and its sockets and streams are closed.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/ticket": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get a ticket that opens one socket or stream
         * @description A ticket is valid once, for 30 s, as `?token=`, so the token itself does not appear in a URL. The socket or stream stays open as long as it would with the token.
         */
        post: operations["createTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your sessions */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sessions/{sessionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one of your sessions */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get your account */
        get: operations["getMe"];
        put?: never;
        post?: never;
        /**
         * Delete your account
         * @description The account and all its sessions end. Its messages stay, by "Deleted user"; email and name become free. Rooms that you alone own, with others in them, need another owner first (`last_owner`). The last admin cannot go.
         */
        delete: operations["deleteMe"];
        options?: never;
        head?: never;
        /**
         * Change your name, colour, password or summaries by mail
         * @description A new password requires `currentPassword`. It ends every session of the account, and the response has the token of a new session. `mailSummaries` is `forbidden` on a server that sends no mail, and for accounts without an email.
         */
        patch: operations["updateMe"];
        trace?: never;
    };
    "/auth/oidc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sign in with the OpenID provider
         * @description For browsers: sends them to the provider, or back to the page where it is out of reach.
         */
        get: operations["startOpenIdSignIn"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/oidc/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Come back from the OpenID provider
         * @description For browsers: brings them to the page with `?signIn=done`, or with why it failed.
         */
        get: operations["finishOpenIdSignIn"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/oidc/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sign out at the OpenID provider, too
         * @description For browsers, once they have signed out here (`POST /auth/logout`): sends them to the provider, which sends them back to the page; or to the page at once, where the provider has no sign-out or cannot be reached.
         */
        get: operations["signOutAtOpenIdProvider"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/oidc/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get the session after a sign-in with the OpenID provider
         * @description For the page: takes the cookie that the callback has set, once and for 30 s.
         */
        post: operations["getOpenIdSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/methods": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the ways to sign in besides a password */
        get: operations["getSignInMethods"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/forgot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a mail with a link that sets a new password
         * @description Always 204, whether or not an account has the email. The mail is in the language of `Accept-Language` (English or Spanish). `not_found` on a server that sends no mail.
         */
        post: operations["forgotPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/summaries/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ask whether to start summaries by mail
         * @description What the link in a mail opens: a page with one button. Changes nothing.
         */
        get: operations["askToConfirmSummaries"];
        put?: never;
        /**
         * Confirm summaries by mail
         * @description By the link in the first mail, without signing in: whoever reads the mails of the address wants them. A body is ignored.
         */
        post: operations["confirmSummaries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/summaries/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ask whether to stop summaries by mail
         * @description What the link in a mail opens: a page with one button. Changes nothing.
         */
        get: operations["askToStopSummaries"];
        put?: never;
        /**
         * Stop summaries by mail
         * @description By the link in a summary, at once and without signing in. Mail programs send it for their users, as `List-Unsubscribe-Post` says (RFC 8058); a form in the body is ignored.
         */
        post: operations["stopSummaries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download what you have on this server
         * @description A zip: `profile.json`, `rooms.json` (those you belong to), `messages.jsonl` (a line for each message that you have written, in rooms you have left, too, without deleted ones) and `files/` (what you have uploaded). It is made while it is sent, so its length is not known. `forbidden` for an API token, `rate_limited` while another one is in progress. It breaks off where the session ends.
         */
        get: operations["exportMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Find people by name */
        get: operations["listUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a user */
        get: operations["getUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/blocks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List whom you have blocked */
        get: operations["listBlockedUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{userId}/block": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Block a user
         * @description They can no longer open a direct room with you, write in an existing one, or add you to a room, and their mentions no longer alert you. They are not notified.
         */
        put: operations["blockUser"];
        post?: never;
        /** Unblock a user */
        delete: operations["unblockUser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your API tokens */
        get: operations["listTokens"];
        put?: never;
        /**
         * Make an API token
         * @description It is used like the token of a session, wherever one is, and need not be refreshed. It may not make or list tokens, change the password, list or end sessions, subscribe to push, or delete the account (`forbidden`). It ends when it expires or is revoked, when the password changes, or when the account is disabled. The response is the only one that has the token.
         */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me/tokens/{tokenId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke one of your API tokens
         * @description Its sockets and streams close. A token revokes itself with `POST /auth/logout`.
         */
        delete: operations["revokeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the bots (admins) */
        get: operations["listBots"];
        put?: never;
        /**
         * Make a bot (admins)
         * @description An account for a program: it does what people do, over HTTP, WebSocket and SSE, and is marked as a bot. It has no email and no password, only this token, which no other response has. It cannot be an admin.
         */
        post: operations["createBot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bots/{userId}/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a bot a new token (admins)
         * @description For a token that was lost, or that others know. The old one ends at once.
         */
        post: operations["renewBotToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bots/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a bot (admins)
         * @description Its token ends, its sockets and streams close, and it leaves its rooms. Its messages stay, and its name is free. The bot of a webhook takes the webhook with it.
         */
        delete: operations["deleteBot"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/users/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Grant or revoke admin rights, disable or enable an account
         * @description Admins only. A disabled account cannot sign in, and its sessions end at once. The last admin cannot be demoted, and admins cannot disable their own account.
         */
        patch: operations["updateAccount"];
        trace?: never;
    };
    "/admin/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List or search accounts
         * @description Admins only. By name. Deleted accounts are not listed.
         */
        get: operations["listAccounts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/rooms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List rooms by size
         * @description Admins only. By the bytes of their files, then by their messages; the largest first.
         */
        get: operations["listRoomsBySize"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the audit log
         * @description Admins only. Newest first. Entries are kept for 180 days.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the numbers of the server
         * @description Admins only. They are counted at most once in ten seconds.
         */
        get: operations["getStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/users/{userId}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the sessions of an account
         * @description Admins only. Its sign-ins, the last used first, and then its API tokens.
         */
        get: operations["listSessionsOf"];
        put?: never;
        post?: never;
        /**
         * End all sessions of an account
         * @description Admins only. API tokens too. The account itself stays as it is: its owner may sign in again.
         */
        delete: operations["endSessionsOf"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/users/{userId}/sessions/{sessionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a session of an account
         * @description Admins only. Its sockets and streams close. An API token is revoked.
         */
        delete: operations["endSessionOf"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/hooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the hooks of all rooms, and how they fare
         * @description Admins only. Newest first. Of URLs it has the host alone, and private rooms have no name here.
         */
        get: operations["listAllHooks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/hooks/{hookId}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send again what an outgoing hook of any room has failed to deliver
         * @description Admins only. Now, and not after the pause. A disabled hook is active again, and goes on where it stopped.
         */
        post: operations["resumeAnyHook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/hooks/{hookId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a hook of any room
         * @description Admins only. What an incoming one has posted stays; its bot leaves.
         */
        delete: operations["deleteAnyHook"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/invites": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the invites into all rooms
         * @description Admins only; `GET /invites` lists those that belong to no room. Without those that were revoked or have expired, newest first, and without their codes: each lets people into a room. A page may have fewer than `limit` before the last one.
         */
        get: operations["listAllInvites"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/invites/{inviteId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an invite into any room
         * @description Admins only. Its link lets nobody in any more. Whoever came by it stays.
         */
        delete: operations["revokeAnyInvite"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/users/{userId}/reset-link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a link that sets a new password
         * @description Admins only: hand it to the owner of the account, over a way that you trust. It works once, for an hour; of one account, the three newest work. A disabled account must be enabled first.
         */
        post: operations["makeResetLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password by a link
         * @description Signs in, and ends every other session of the account. A link that is wrong, was used or has expired is `token_invalid`.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List rooms
         * @description `mine` is sorted by last activity, newest first; `public` and `all` by name.
         */
        get: operations["listRooms"];
        put?: never;
        /**
         * Create a room
         * @description You become its owner.
         */
        post: operations["createRoom"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{roomId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a room */
        get: operations["getRoom"];
        put?: never;
        post?: never;
        /** Delete a room with all its messages (owners) */
        delete: operations["deleteRoom"];
        options?: never;
        head?: never;
        /**
         * Change the name, topic or slow mode of a room
         * @description Moderators can change the topic and slow mode; owners also the name.
         */
        patch: operations["updateRoom"];
        trace?: never;
    };
    "/direct": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open the direct room with another user
         * @description Any two people have at most one direct room. It cannot be deleted.
         */
        post: operations["openDirectRoom"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{roomId}/join": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Join a room */
        post: operations["joinRoom"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{roomId}/leave": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Leave a room */
        post: operations["leaveRoom"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{roomId}/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the members of a room and who is online */
        get: operations["listMembers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{roomId}/users/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Add a member to a room, or change their role
         * @description Moderators can add members, which also lifts a ban. Owners can give roles. Without `role`, a member keeps their role, and a new member gets the role `member`.
         */
        put: operations["putMember"];
        post?: never;
        /** Remove a member from a room, or ban them */
        delete: operations["removeMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{roomId}/bans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List who is banned from a room (owners and moderators) */
        get: operations["listBannedUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{roomId}/bans/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Lift a ban (owners and moderators) */
        delete: operations["liftBan"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{roomId}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Mark a room as read up to a seq
         * @description The read marker never moves back. A seq past the last one counts as the last one.
         */
        put: operations["markRead"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{roomId}/notify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Choose which messages of a room notify you while you are away (members)
         * @description `mentions` is the default, in direct rooms `all`. What you choose stays if you leave the room and return.
         */
        put: operations["setNotifyLevel"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{roomId}/invites": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the invites of a room (owners and moderators)
         * @description Without those that were revoked or have expired, newest first.
         */
        get: operations["listInvites"];
        put?: never;
        /**
         * Make a link that lets people into a room (owners and moderators)
         * @description It lets people in for seven days, and any number of them, unless you say otherwise. It ends early if you lose the right to invite. Not in direct rooms.
         */
        post: operations["createInvite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{roomId}/invites/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an invite of a room (owners and moderators)
         * @description Its link lets nobody in any more. Whoever came by it stays.
         */
        delete: operations["revokeInvite"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/invites": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the invites that belong to no room (admins)
         * @description Without those that were revoked or have expired, newest first.
         */
        get: operations["listServerInvites"];
        put?: never;
        /**
         * Make a link that lets people register (admins)
         * @description It belongs to no room. It is for servers with `REGISTRATION=invite`.
         */
        post: operations["createServerInvite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/invites/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See who invites to what, without an account */
        get: operations["getInvite"];
        put?: never;
        post?: never;
        /** Revoke an invite that belongs to no room (admins) */
        delete: operations["revokeServerInvite"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/invites/{code}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Join the room of an invite
         * @description Private rooms too. For a member nothing happens, and no use is counted. Banned users stay out.
         */
        post: operations["acceptInvite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{roomId}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the history of a room
         * @description Sorted by seq. `before` and `after` are exclusive bounds; give one of them at most. Without `after`, the page has the newest messages. It may have fewer than `limit` if they are long; `hasMore` says whether there are more.
         */
        get: operations["listMessages"];
        put?: never;
        /**
         * Send a message
         * @description The response is sent once the message is on disk. A request can be repeated at any time with the same `clientMsgId`: the repeat stores nothing and returns the first message. `fileIds` sends files that you have uploaded to the room (`POST /rooms/{roomId}/files`).
         */
        post: operations["sendMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{roomId}/messages/{seq}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read one message */
        get: operations["getMessage"];
        put?: never;
        post?: never;
        /**
         * Delete one of your messages, or as a moderator any message
         * @description The seq remains. The text is removed from the database and from every replay.
         */
        delete: operations["deleteMessage"];
        options?: never;
        head?: never;
        /** Edit one of your messages */
        patch: operations["editMessage"];
        trace?: never;
    };
    "/rooms/{roomId}/messages/{seq}/reactions/{emoji}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Add a reaction to a message */
        put: operations["addReaction"];
        post?: never;
        /** Remove your reaction from a message */
        delete: operations["removeReaction"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{roomId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the durable events of a room
         * @description For clients that poll: the events that a socket would have received after the seq `after`. `head` is the last seq of the room. A page may have fewer events than `limit`, so continue until you reach `head`.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/streams/rooms/{roomId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow the log of a room (Durable Streams)
         * @description The durable events of a room, for clients of the open Durable Streams protocol. `Stream-Next-Offset` is the offset of the next read; with `Stream-Up-To-Date` there is nothing more yet. `live=long-poll` waits for up to 20 s, `live=sse` streams for a minute. An event carries its message as it is now: what was edited or deleted since differs from what an earlier read returned.
         */
        get: operations["readStream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/{fileId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download a file
         * @description With a token, or by a link. Whoever may read the room may read the files of its messages. `Range`, `If-Range` and `If-None-Match` work. Browsers show pictures, sound, video and plain text; they save everything else.
         */
        get: operations["downloadFile"];
        put?: never;
        post?: never;
        /**
         * Delete a file that you have not sent
         * @description To delete files that a message carries, delete the message.
         */
        delete: operations["deleteFile"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/{fileId}/thumbnail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download the thumbnail of a picture
         * @description A WebP of at most 480 pixels in each direction, which does not move.
         */
        get: operations["downloadThumbnail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/{fileId}/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get links to a file
         * @description For `<img>`, players and downloads, which send no token. They are yours: good for 10 minutes, until your session ends, you can no longer read the room, or the file is deleted.
         */
        post: operations["createFileLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{roomId}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload a file to a room
         * @description One part, `file`. The response is sent once the file is on disk. Send it with its id in `fileIds` of a message; only you can read it until then, and it is deleted after 24 hours. Its type is found from its bytes. Pictures lose their metadata.
         */
        post: operations["uploadFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{roomId}/hooks/outgoing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send what happens in a room to a URL (owners, moderators)
         * @description Every durable event of the room from now on, or of the named types, is sent by POST as JSON, in order and at least once, signed by the Standard Webhooks specification with the `secret`, which is shown only now. A receiver answers with 2xx within 10 s; otherwise the event is sent again, with growing pauses, for three days. Then, or at 410, the hook is disabled, and its maker is told. See docs/integrations.md.
         */
        post: operations["createOutgoingHook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{roomId}/hooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the hooks of a room, and how they fare (owners, moderators) */
        get: operations["listHooks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{roomId}/hooks/{hookId}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send again what an outgoing hook has failed to deliver (owners, moderators)
         * @description Now, and not after the pause. A disabled hook is active again, and goes on where it stopped.
         */
        post: operations["resumeHook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{roomId}/hooks/{hookId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a hook of a room (owners, moderators)
         * @description What an incoming one has posted stays; its bot leaves.
         */
        delete: operations["deleteHook"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search the messages that you can read
         * @description Finds messages with every word of `q`; the last word may be incomplete. Case and accents do not matter, and Chinese, Japanese and Korean words are found within a sentence. Newest first.
         */
        get: operations["searchMessages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{roomId}/hooks/incoming": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a URL to which programs post messages for a room (owners, moderators)
         * @description Also programs that know only Slack. The messages are by a bot, which is a member of the room. The response is the only one that has the URL.
         */
        post: operations["createIncomingHook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hooks/{secret}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post a message by an incoming webhook
         * @description The body is JSON, or a form whose field `payload` is the same JSON. `text`, `blocks` and `attachments` become one text; links (`<https://…|label>`) and escapes (`&amp;`) are written out, and what is longer than 4,000 characters is cut. Unlike everywhere else, unknown fields are ignored: Slack’s payloads have many. A repeated `clientMsgId` posts once. The limit of messages holds for each webhook.
         */
        post: operations["postToHook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push/key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the key to subscribe with */
        get: operations["getPushKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push/subscription": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Have a browser notified of messages while its pages are closed
         * @description The body is what `PushSubscription.toJSON()` returns. A message that concerns you (see `PUT /rooms/{roomId}/notify`) and that you have not read after 5 s is sent to the push service. A subscription ends with your session, or when its push service says so. If another account puts the same endpoint, it is theirs from then on.
         */
        put: operations["putPushSubscription"];
        post?: never;
        /** Stop notifying a browser */
        delete: operations["deletePushSubscription"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Check that the process is alive */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Check that the server can handle requests */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the metrics of this node (Prometheus)
         * @description In the text format 0.0.4; docs/metrics.md explains each. Open where the server listens on a loopback address only. Elsewhere it needs `Authorization: Bearer` with `METRICS_TOKEN`, and is `not_found` without that setting.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A user, as everybody on the server sees them */
        User: {
            /** @example kX3b9_RtQm0aZ7wE */
            id: string;
            /**
             * @description Unique on the server, ignoring case, compatibility forms and invisible characters
             * @example Ana
             */
            name: string;
            /** @example #0f766e */
            color: string;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            createdAt: string;
            isAdmin: boolean;
            /**
             * @description Whether it is a program
             * @example false
             */
            isBot: boolean;
        };
        /** @description The account of the caller */
        Me: {
            /** @example kX3b9_RtQm0aZ7wE */
            id: string;
            /**
             * @description Unique on the server, ignoring case, compatibility forms and invisible characters
             * @example Ana
             */
            name: string;
            /** @example #0f766e */
            color: string;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            createdAt: string;
            isAdmin: boolean;
            /**
             * @description Whether it is a program
             * @example false
             */
            isBot: boolean;
            /**
             * @description Null if none
             * @example ana@example.org
             */
            email: string | null;
            /**
             * @description The language of the mails that tell, once a day at most, which mentions and direct messages you have missed; `off` for no such mails
             * @example off
             * @enum {unknown}
             */
            mailSummaries: "off" | "en" | "es";
            /**
             * @description Whether it has a password; if not, somebody else signs it in
             * @example true
             */
            hasPassword: boolean;
        };
        /** @description The account of the caller, and the new token if the password was changed */
        UpdatedMe: {
            /** @example kX3b9_RtQm0aZ7wE */
            id: string;
            /**
             * @description Unique on the server, ignoring case, compatibility forms and invisible characters
             * @example Ana
             */
            name: string;
            /** @example #0f766e */
            color: string;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            createdAt: string;
            isAdmin: boolean;
            /**
             * @description Whether it is a program
             * @example false
             */
            isBot: boolean;
            /**
             * @description Null if none
             * @example ana@example.org
             */
            email: string | null;
            /**
             * @description The language of the mails that tell, once a day at most, which mentions and direct messages you have missed; `off` for no such mails
             * @example off
             * @enum {unknown}
             */
            mailSummaries: "off" | "en" | "es";
            /**
             * @description Whether it has a password; if not, somebody else signs it in
             * @example true
             */
            hasPassword: boolean;
            /**
             * @description A JWT (HS256)
             * @example eyJhbGciOiJIUzI1NiJ9.e30.sig
             */
            token?: string;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            expiresAt?: string;
        };
        /** @description An account, as admins see it */
        AdminUser: {
            /** @example kX3b9_RtQm0aZ7wE */
            id: string;
            /**
             * @description Unique on the server, ignoring case, compatibility forms and invisible characters
             * @example Ana
             */
            name: string;
            /** @example #0f766e */
            color: string;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            createdAt: string;
            isAdmin: boolean;
            /**
             * @description Whether it is a program
             * @example false
             */
            isBot: boolean;
            /**
             * @description Null if none
             * @example ana@example.org
             */
            email: string | null;
            isDisabled: boolean;
        };
        /** @description A session of an account, as admins see it */
        AdminSession: {
            /** @example kX3b9_RtQm0aZ7wE */
            id: string;
            /**
             * @description `token`: an API token, which programs use
             * @example signIn
             * @enum {unknown}
             */
            kind: "signIn" | "token";
            /**
             * @description Of an API token
             * @example null
             */
            name: string | null;
            /** @example curl/8.5.0 */
            userAgent: string;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            createdAt: string;
            /**
             * @description To about a minute; null for never
             * @example 2026-11-20T18:30:00.000Z
             */
            lastUsedAt: string | null;
            /**
             * @description Null for an API token that does not expire
             * @example 2026-11-20T18:30:00.000Z
             */
            expiresAt: string | null;
            /** @description Whether it is the session of this request */
            current: boolean;
        };
        /** @description A link that sets a new password, once */
        ResetLink: {
            /**
             * @description The page that asks for the new password
             * @example https://chat.example.org/?reset=uZ4x0bq4J9m1y6k3Ue7Rw2Tn8Pc5Ls0Dg1Hf6Va9QiE
             */
            url: string;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            expiresAt: string;
        };
        /** @description An account in the list of admins. `lastSeenAt` is exact to a minute; of an account that has signed out everywhere it is the last sign-in */
        AdminUserEntry: {
            /** @example kX3b9_RtQm0aZ7wE */
            id: string;
            /**
             * @description Unique on the server, ignoring case, compatibility forms and invisible characters
             * @example Ana
             */
            name: string;
            /** @example #0f766e */
            color: string;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            createdAt: string;
            isAdmin: boolean;
            /**
             * @description Whether it is a program
             * @example false
             */
            isBot: boolean;
            /**
             * @description Null if none
             * @example ana@example.org
             */
            email: string | null;
            isDisabled: boolean;
            lastSeenAt: string | null;
            /**
             * @description Sessions that have neither ended nor expired
             * @example 3
             */
            sessionCount: number;
        };
        /** @description How much a room holds. Private and direct rooms have no name here, and direct ones no creator: admins see what they cost, and nothing of what they are about */
        RoomSize: {
            /** @example kX3b9_RtQm0aZ7wE */
            id: string;
            /** @enum {unknown} */
            kind: "public" | "private" | "direct";
            name: string | null;
            createdBy: components["schemas"]["Author"] | null;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            createdAt: string;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            lastActivityAt: string;
            /**
             * @description Members
             * @example 3
             */
            memberCount: number;
            /**
             * @description Messages ever sent, the deleted ones included
             * @example 3
             */
            messageCount: number;
            /**
             * @description Files
             * @example 3
             */
            fileCount: number;
            /**
             * @description The bytes of its files
             * @example 48211
             */
            fileBytes: number;
        };
        /** @description Who did what, to whom, in which room. `actor` is null for the operator, at the command line, and for the server */
        AuditEntry: {
            /**
             * @description 1, 2, 3 … in the order of commit
             * @example 7
             */
            id: number;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            at: string;
            /**
             * @description What was done
             * @example banned
             */
            action: string;
            actor: components["schemas"]["Author"] | null;
            user: components["schemas"]["Author"] | null;
            roomId: string | null;
            roomName: string | null;
            details: {
                [key: string]: unknown;
            } | null;
        };
        /** @description How large a server is, and how it does */
        ServerStats: {
            /**
             * @description When the counts were made: at most some seconds ago
             * @example 2026-11-20T18:30:00.000Z
             */
            at: string;
            /** @example 1.0.0 */
            version: string;
            counts: {
                /**
                 * @description Accounts of people
                 * @example 3
                 */
                users: number;
                /**
                 * @description Those of them that are disabled
                 * @example 3
                 */
                disabledUsers: number;
                /**
                 * @description Admins who can sign in
                 * @example 3
                 */
                admins: number;
                /**
                 * @description Bots
                 * @example 3
                 */
                bots: number;
                /**
                 * @description Rooms of all kinds
                 * @example 3
                 */
                rooms: number;
                /**
                 * @description Messages ever sent to them, the deleted ones included
                 * @example 3
                 */
                messages: number;
                /**
                 * @description Files
                 * @example 3
                 */
                files: number;
            };
            storage: {
                /**
                 * @description The size of the database
                 * @example 48211
                 */
                databaseBytes: number;
                /**
                 * @description The size of all files in FILES_DIR, without thumbnails
                 * @example 48211
                 */
                fileBytes: number;
            };
            nodes: {
                /** @example kX3b9_RtQm0aZ7wE */
                id: string;
                /**
                 * @description ISO 8601, UTC, with milliseconds
                 * @example 2026-11-20T18:30:00.000Z
                 */
                startedAt: string;
                /**
                 * @description Its sockets and streams, as of a few seconds ago
                 * @example 3
                 */
                connections: number;
            }[];
            /** @description The limits that have refused something, since the start of each node; the last one first. `lastUser` is null where it was nobody who is signed in */
            limitsHit: {
                /**
                 * @description As in the metric `charla_limited_total`
                 * @example messages
                 */
                limit: string;
                setting: string | null;
                /**
                 * @description How often it has refused something
                 * @example 3
                 */
                count: number;
                /**
                 * @description ISO 8601, UTC, with milliseconds
                 * @example 2026-11-20T18:30:00.000Z
                 */
                lastAt: string;
                lastUser: components["schemas"]["Author"] | null;
            }[];
            lag: {
                /**
                 * @description Events that the search index does not have yet
                 * @example 3
                 */
                search: number;
                /**
                 * @description Events that outgoing webhooks have yet to go through, all together
                 * @example 3
                 */
                hooks: number;
            };
        };
        /** @description Who did something: what a line of chat shows of a user */
        Author: {
            /** @example kX3b9_RtQm0aZ7wE */
            id: string;
            /**
             * @description Unique on the server, ignoring case, compatibility forms and invisible characters
             * @example Ana
             */
            name: string;
            /** @example #0f766e */
            color: string;
        };
        /** @description A token, when it expires, and whose it is */
        Session: {
            /**
             * @description A JWT (HS256)
             * @example eyJhbGciOiJIUzI1NiJ9.e30.sig
             */
            token: string;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            expiresAt: string;
            user: components["schemas"]["Me"];
        };
        /** @description A session: one sign-in of the caller */
        SessionInfo: {
            /** @example kX3b9_RtQm0aZ7wE */
            id: string;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            createdAt: string;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            lastUsedAt: string;
            /** @example curl/8.5.0 */
            userAgent: string;
            /** @description Whether it is the session of this request */
            current: boolean;
        };
        /** @description Opens one socket or stream, so the URL need not contain the token */
        Ticket: {
            /** @example ticket-kX3b9_RtQm0aZ7wE */
            ticket: string;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            expiresAt: string;
        };
        /** @description A room, the same for everybody */
        RoomSummary: {
            /** @example kX3b9_RtQm0aZ7wE */
            id: string;
            /** @enum {unknown} */
            kind: "public" | "private" | "direct";
            /**
             * @description Unique among public rooms, ignoring case, compatibility forms and invisible characters
             * @example Kitchen
             */
            name: string;
            /** @example What is for lunch? */
            topic: string;
            /**
             * @description How many seconds a member waits between two messages; 0 turns slow mode off
             * @example 0
             */
            slowModeSeconds: number;
        };
        /** @description A room, as the caller sees it */
        Room: {
            /** @example kX3b9_RtQm0aZ7wE */
            id: string;
            /** @enum {unknown} */
            kind: "public" | "private" | "direct";
            /**
             * @description Unique among public rooms, ignoring case, compatibility forms and invisible characters
             * @example Kitchen
             */
            name: string;
            /** @example What is for lunch? */
            topic: string;
            /**
             * @description How many seconds a member waits between two messages; 0 turns slow mode off
             * @example 0
             */
            slowModeSeconds: number;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            createdAt: string;
            /** @example kX3b9_RtQm0aZ7wE */
            createdBy: string | null;
            /** @example 3 */
            memberCount: number;
            /** @example 2 */
            onlineCount: number;
            /** @example 42 */
            lastSeq: number;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            lastActivityAt: string;
            /**
             * @example member
             * @enum {unknown}
             */
            role: "owner" | "moderator" | "member" | null;
            /** @example 40 */
            lastReadSeq: number;
            /** @example 2 */
            unreadCount: number;
            /** @example 0 */
            mentionCount: number;
            /**
             * @description Which messages of others notify you while you are away: all, those that mention you, or none
             * @example all
             * @enum {unknown}
             */
            notify: "all" | "mentions" | "none";
        };
        /** @description A member of a room */
        Member: {
            /** @example kX3b9_RtQm0aZ7wE */
            id: string;
            /**
             * @description Unique on the server, ignoring case, compatibility forms and invisible characters
             * @example Ana
             */
            name: string;
            /** @example #0f766e */
            color: string;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            createdAt: string;
            isAdmin: boolean;
            /**
             * @description Whether it is a program
             * @example false
             */
            isBot: boolean;
            /** @enum {unknown} */
            role: "owner" | "moderator" | "member";
            online: boolean;
        };
        /** @description A link that lets people in */
        Invite: {
            /**
             * @description All that somebody needs to get in
             * @example Q8s1-Yw0LmNx4c1Yv7uK2A
             */
            code: string;
            /**
             * @description The link to give to people, below PUBLIC_URL or else the address of this request
             * @example https://chat.example.org/?invite=Q8s1-Yw0LmNx4c1Yv7uK2A
             */
            url: string;
            /** @example kX3b9_RtQm0aZ7wE */
            roomId: string | null;
            /** @example kX3b9_RtQm0aZ7wE */
            createdBy: string;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            createdAt: string;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            expiresAt: string;
            /**
             * @description How many people it lets in; null: any number
             * @example 5
             */
            maxUses: number | null;
            /**
             * @description How many it has let in
             * @example 2
             */
            uses: number;
        };
        /** @description Who invites to what: all that a link tells without an account */
        InvitePreview: {
            /** @description Null where the invite only lets register */
            room: {
                /**
                 * @description Unique among public rooms, ignoring case, compatibility forms and invisible characters
                 * @example Kitchen
                 */
                name: string;
                /** @enum {unknown} */
                kind: "public" | "private" | "direct";
                /** @example 3 */
                memberCount: number;
            } | null;
            invitedBy: components["schemas"]["Author"];
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            expiresAt: string;
        };
        /** @description The key that signs notifications to browsers */
        PushKey: {
            /**
             * @description For `PushManager.subscribe` as `applicationServerKey` (VAPID), in base64url
             * @example BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs
             */
            publicKey: string;
        };
        /** @description A new outgoing webhook, with its secret */
        NewOutgoingHook: {
            /** @example kX3b9_RtQm0aZ7wE */
            id: string;
            /**
             * @description The https URL of the receiver, on the public internet
             * @example https://ci.example.org/charla
             */
            url: string;
            /**
             * @description What deliveries are signed with (Standard Webhooks); shown only now
             * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
             */
            secret: string;
        };
        /** @description An outgoing webhook: it sends what happens in a room */
        OutgoingHook: {
            /** @example kX3b9_RtQm0aZ7wE */
            id: string;
            /** @enum {string} */
            kind: "outgoing";
            /**
             * @description The https URL of the receiver, on the public internet
             * @example https://ci.example.org/charla
             */
            url: string;
            /**
             * @description The types of events that are sent; all, where it is not given
             * @example [
             *       "message.created"
             *     ]
             */
            events: ("room.created" | "room.updated" | "message.created" | "message.edited" | "message.deleted" | "reaction.added" | "reaction.removed" | "member.joined" | "member.left" | "member.updated")[] | null;
            /** @example kX3b9_RtQm0aZ7wE */
            createdBy: string;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            createdAt: string;
            /**
             * @description `retrying`: the last attempt failed; `disabled`: nothing is sent until somebody resumes it
             * @example active
             * @enum {unknown}
             */
            state: "active" | "retrying" | "disabled";
            /**
             * @description When it is tried again
             * @example null
             */
            nextAttemptAt: string | null;
            /**
             * @description The end of the last attempt; `error` says what was wrong, and `reason` is a code of it
             * @example {
             *       "at": "2026-11-20T18:30:00.000Z",
             *       "status": 200,
             *       "error": null,
             *       "reason": null
             *     }
             */
            lastAnswer: {
                /**
                 * @description ISO 8601, UTC, with milliseconds
                 * @example 2026-11-20T18:30:00.000Z
                 */
                at: string;
                /** @description null where there was no answer */
                status: number | null;
                error: string | null;
                /** @enum {string|null} */
                reason: "status" | "redirect" | "gone" | "timeout" | "refused" | "closed" | "no_such_host" | "unresolved" | "not_public" | "unreachable" | "certificate_expired" | "certificate_self_signed" | "certificate_of_other_host" | "connection" | null;
            } | null;
            /** @description What happened in the room and has not been gone through for this hook */
            behind: {
                /** @example 0 */
                events: number;
                /**
                 * @description When the first of them happened
                 * @example null
                 */
                since: string | null;
            };
        };
        /** @description A picture or another file */
        File: {
            /** @example kX3b9_RtQm0aZ7wE */
            id: string;
            /**
             * @description As its sender named it; it is no path
             * @example cat.jpg
             */
            name: string;
            /**
             * @description Its media type, found from its bytes
             * @example image/jpeg
             */
            type: string;
            /**
             * @description In bytes
             * @example 48211
             */
            size: number;
            /**
             * @description In pixels; null for all but pictures
             * @example 1600
             */
            width: number | null;
            /** @example 1200 */
            height: number | null;
            /**
             * @description What a file shows, for those who cannot see it
             * @example null
             */
            alt: string | null;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            createdAt: string;
        };
        /** @description URLs of a file that need no token */
        FileLink: {
            /**
             * @description Where the file is, from the root of the server
             * @example /files/kX3b9_RtQm0aZ7wE?link=mj4k0h3c.kX3b9_RtQm0aZ7wE.Vb2pQ9s0LmNx4c1Y.AtzGz0wXc1Qn5P3vXkzq8mE2d4sR7uJ1oLhB6tYfWgI
             */
            url: string;
            /**
             * @description Where its thumbnail is; null for all but pictures
             * @example /files/kX3b9_RtQm0aZ7wE/thumbnail?link=mj4k0h3c.kX3b9_RtQm0aZ7wE.Vb2pQ9s0LmNx4c1Y.AtzGz0wXc1Qn5P3vXkzq8mE2d4sR7uJ1oLhB6tYfWgI
             */
            thumbnailUrl: string | null;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            expiresAt: string;
        };
        /** @description A message, identified by its room and its seq */
        Message: {
            /** @example kX3b9_RtQm0aZ7wE */
            roomId: string;
            /**
             * @description An event's number in its room's log: 1, 2, 3 … without hole or repeat
             * @example 42
             */
            seq: number;
            author: components["schemas"]["Author"];
            /** @example ¡Hola! 👋 */
            text: string;
            /**
             * @description An event's number in its room's log: 1, 2, 3 … without hole or repeat
             * @example null
             */
            replyTo: number | null;
            /** @example [] */
            mentions: string[];
            reactions: {
                /**
                 * @description One emoji, fully qualified
                 * @example 👍
                 */
                emoji: string;
                userIds: string[];
            }[];
            /** @example [] */
            files: components["schemas"]["File"][];
            /**
             * @description Identifies the message for its sender in its room: a repeated send stores it only once
             * @example null
             */
            clientMsgId: string | null;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            createdAt: string;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example null
             */
            editedAt: string | null;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example null
             */
            deletedAt: string | null;
        };
        /** @description A message that was found, and where it matches */
        SearchResult: {
            message: components["schemas"]["Message"];
            room: components["schemas"]["RoomSummary"];
            /**
             * @description Plain text in parts; the client highlights those that match
             * @example [
             *       {
             *         "text": "what is for ",
             *         "match": false
             *       },
             *       {
             *         "text": "lunch",
             *         "match": true
             *       }
             *     ]
             */
            snippet: {
                text: string;
                match: boolean;
            }[];
        };
        /** @description An API token, without what it is used by */
        ApiToken: {
            /** @example kX3b9_RtQm0aZ7wE */
            id: string;
            /**
             * @description What it is for
             * @example Nightly build
             */
            name: string;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            createdAt: string;
            /**
             * @description To about a minute; null for never
             * @example 2026-11-20T18:30:00.000Z
             */
            lastUsedAt: string | null;
            /**
             * @description Null for an API token that does not expire
             * @example 2026-11-20T18:30:00.000Z
             */
            expiresAt: string | null;
        };
        /** @description An API token that was just made */
        NewApiToken: {
            /** @example kX3b9_RtQm0aZ7wE */
            id: string;
            /**
             * @description What it is for
             * @example Nightly build
             */
            name: string;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            createdAt: string;
            /**
             * @description To about a minute; null for never
             * @example 2026-11-20T18:30:00.000Z
             */
            lastUsedAt: string | null;
            /**
             * @description Null for an API token that does not expire
             * @example 2026-11-20T18:30:00.000Z
             */
            expiresAt: string | null;
            /**
             * @description Shown only here
             * @example chr_Zk3vX9q2LmN0b7RtYw5pQe8sUaHdJfGcVxT1nK4oIyM
             */
            token: string;
        };
        /** @description A bot, as admins see it */
        Bot: {
            /** @example kX3b9_RtQm0aZ7wE */
            id: string;
            /**
             * @description Unique on the server, ignoring case, compatibility forms and invisible characters
             * @example Ana
             */
            name: string;
            /** @example #0f766e */
            color: string;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            createdAt: string;
            isAdmin: boolean;
            /**
             * @description Whether it is a program
             * @example false
             */
            isBot: boolean;
            /**
             * @description The room of its incoming webhook; null for a bot that has a token
             * @example null
             */
            roomId: string | null;
            /**
             * @description To about a minute; null for never
             * @example 2026-11-20T18:30:00.000Z
             */
            lastUsedAt: string | null;
        };
        /** @description A bot and its token */
        NewBot: {
            user: components["schemas"]["User"];
            /**
             * @description Shown only here
             * @example chr_Zk3vX9q2LmN0b7RtYw5pQe8sUaHdJfGcVxT1nK4oIyM
             */
            token: string;
        };
        /** @description A URL to which programs post messages for a room */
        IncomingHook: {
            /** @enum {string} */
            kind: "incoming";
            /** @example kX3b9_RtQm0aZ7wE */
            id: string;
            /**
             * @description Of its bot
             * @example Grafana
             */
            name: string;
            /** @example kX3b9_RtQm0aZ7wE */
            botId: string;
            /** @example kX3b9_RtQm0aZ7wE */
            createdBy: string;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            createdAt: string;
            /**
             * @description To about a minute; null for never
             * @example 2026-11-20T18:30:00.000Z
             */
            lastUsedAt: string | null;
        };
        /** @description An incoming webhook that was just made */
        NewIncomingHook: {
            /** @enum {string} */
            kind: "incoming";
            /** @example kX3b9_RtQm0aZ7wE */
            id: string;
            /**
             * @description Of its bot
             * @example Grafana
             */
            name: string;
            /** @example kX3b9_RtQm0aZ7wE */
            botId: string;
            /** @example kX3b9_RtQm0aZ7wE */
            createdBy: string;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            createdAt: string;
            /**
             * @description To about a minute; null for never
             * @example 2026-11-20T18:30:00.000Z
             */
            lastUsedAt: string | null;
            /**
             * @description Whoever knows it can post; shown only here
             * @example https://chat.example.org/hooks/Zk3vX9q2LmN0b7RtYw5pQe8sUaHdJfGc
             */
            url: string;
        };
        /** @description An outgoing webhook of some room, as admins see it */
        AdminOutgoingHook: {
            /** @example kX3b9_RtQm0aZ7wE */
            id: string;
            /** @enum {string} */
            kind: "outgoing";
            /**
             * @description The types of events that are sent; all, where it is not given
             * @example [
             *       "message.created"
             *     ]
             */
            events: ("room.created" | "room.updated" | "message.created" | "message.edited" | "message.deleted" | "reaction.added" | "reaction.removed" | "member.joined" | "member.left" | "member.updated")[] | null;
            createdBy: components["schemas"]["Author"];
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            createdAt: string;
            /**
             * @description `retrying`: the last attempt failed; `disabled`: nothing is sent until somebody resumes it
             * @example active
             * @enum {unknown}
             */
            state: "active" | "retrying" | "disabled";
            /**
             * @description When it is tried again
             * @example null
             */
            nextAttemptAt: string | null;
            /**
             * @description The end of the last attempt; `error` says what was wrong, and `reason` is a code of it
             * @example {
             *       "at": "2026-11-20T18:30:00.000Z",
             *       "status": 200,
             *       "error": null,
             *       "reason": null
             *     }
             */
            lastAnswer: {
                /**
                 * @description ISO 8601, UTC, with milliseconds
                 * @example 2026-11-20T18:30:00.000Z
                 */
                at: string;
                /** @description null where there was no answer */
                status: number | null;
                error: string | null;
                /** @enum {string|null} */
                reason: "status" | "redirect" | "gone" | "timeout" | "refused" | "closed" | "no_such_host" | "unresolved" | "not_public" | "unreachable" | "certificate_expired" | "certificate_self_signed" | "certificate_of_other_host" | "connection" | null;
            } | null;
            /** @description What happened in the room and has not been gone through for this hook */
            behind: {
                /** @example 0 */
                events: number;
                /**
                 * @description When the first of them happened
                 * @example null
                 */
                since: string | null;
            };
            room: {
                /** @example kX3b9_RtQm0aZ7wE */
                id: string;
                /** @enum {unknown} */
                kind: "public" | "private" | "direct";
                name: string | null;
            };
            /**
             * @description Of the receiver: the rest of a URL is often a secret
             * @example ci.example.org
             */
            host: string;
        };
        /** @description An incoming webhook of some room, as admins see it */
        AdminIncomingHook: {
            /** @enum {string} */
            kind: "incoming";
            /** @example kX3b9_RtQm0aZ7wE */
            id: string;
            /**
             * @description Of its bot
             * @example Grafana
             */
            name: string;
            /** @example kX3b9_RtQm0aZ7wE */
            botId: string;
            createdBy: components["schemas"]["Author"];
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            createdAt: string;
            /**
             * @description To about a minute; null for never
             * @example 2026-11-20T18:30:00.000Z
             */
            lastUsedAt: string | null;
            room: {
                /** @example kX3b9_RtQm0aZ7wE */
                id: string;
                /** @enum {unknown} */
                kind: "public" | "private" | "direct";
                name: string | null;
            };
        };
        /** @description An invite into some room, as admins see it */
        AdminInvite: {
            /**
             * @description The beginning of its code, which is not enough to get in
             * @example Q8s1-Yw0
             */
            id: string;
            room: {
                /** @example kX3b9_RtQm0aZ7wE */
                id: string;
                /** @enum {unknown} */
                kind: "public" | "private" | "direct";
                name: string | null;
            };
            createdBy: components["schemas"]["Author"];
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            createdAt: string;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            expiresAt: string;
            /**
             * @description How many people it lets in; null: any number
             * @example 5
             */
            maxUses: number | null;
            /**
             * @description How many it has let in
             * @example 2
             */
            uses: number;
        };
        /** @description A room was created */
        RoomCreated: {
            /** @enum {string} */
            type: "room.created";
            /** @example kX3b9_RtQm0aZ7wE */
            roomId: string;
            /**
             * @description An event's number in its room's log: 1, 2, 3 … without hole or repeat
             * @example 42
             */
            seq: number;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            at: string;
            /** @description Who did it; null for the server */
            actor: components["schemas"]["Author"] | null;
            room: components["schemas"]["RoomSummary"];
        };
        /** @description A room has another name, topic or slow mode */
        RoomUpdated: {
            /** @enum {string} */
            type: "room.updated";
            /** @example kX3b9_RtQm0aZ7wE */
            roomId: string;
            /**
             * @description An event's number in its room's log: 1, 2, 3 … without hole or repeat
             * @example 42
             */
            seq: number;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            at: string;
            /** @description Who did it; null for the server */
            actor: components["schemas"]["Author"] | null;
            room: components["schemas"]["RoomSummary"];
        };
        /** @description A message was sent */
        MessageCreated: {
            /** @enum {string} */
            type: "message.created";
            /** @example kX3b9_RtQm0aZ7wE */
            roomId: string;
            /**
             * @description An event's number in its room's log: 1, 2, 3 … without hole or repeat
             * @example 42
             */
            seq: number;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            at: string;
            /** @description Who did it; null for the server */
            actor: components["schemas"]["Author"] | null;
            message: components["schemas"]["Message"];
        };
        /** @description The text of a message was changed */
        MessageEdited: {
            /** @enum {string} */
            type: "message.edited";
            /** @example kX3b9_RtQm0aZ7wE */
            roomId: string;
            /**
             * @description An event's number in its room's log: 1, 2, 3 … without hole or repeat
             * @example 42
             */
            seq: number;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            at: string;
            /** @description Who did it; null for the server */
            actor: components["schemas"]["Author"] | null;
            message: components["schemas"]["Message"];
        };
        /** @description A message was deleted: its text is empty */
        MessageDeleted: {
            /** @enum {string} */
            type: "message.deleted";
            /** @example kX3b9_RtQm0aZ7wE */
            roomId: string;
            /**
             * @description An event's number in its room's log: 1, 2, 3 … without hole or repeat
             * @example 42
             */
            seq: number;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            at: string;
            /** @description Who did it; null for the server */
            actor: components["schemas"]["Author"] | null;
            message: components["schemas"]["Message"];
        };
        /** @description Somebody reacted to a message */
        ReactionAdded: {
            /** @enum {string} */
            type: "reaction.added";
            /** @example kX3b9_RtQm0aZ7wE */
            roomId: string;
            /**
             * @description An event's number in its room's log: 1, 2, 3 … without hole or repeat
             * @example 42
             */
            seq: number;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            at: string;
            /** @description Who did it; null for the server */
            actor: components["schemas"]["Author"] | null;
            /**
             * @description The seq of the message
             * @example 42
             */
            target: number;
            /**
             * @description One emoji, fully qualified
             * @example 👍
             */
            emoji: string;
        };
        /** @description Somebody took a reaction back */
        ReactionRemoved: {
            /** @enum {string} */
            type: "reaction.removed";
            /** @example kX3b9_RtQm0aZ7wE */
            roomId: string;
            /**
             * @description An event's number in its room's log: 1, 2, 3 … without hole or repeat
             * @example 42
             */
            seq: number;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            at: string;
            /** @description Who did it; null for the server */
            actor: components["schemas"]["Author"] | null;
            /**
             * @description The seq of the message
             * @example 42
             */
            target: number;
            /**
             * @description One emoji, fully qualified
             * @example 👍
             */
            emoji: string;
        };
        /** @description Somebody joined the room, or was added */
        MemberJoined: {
            /** @enum {string} */
            type: "member.joined";
            /** @example kX3b9_RtQm0aZ7wE */
            roomId: string;
            /**
             * @description An event's number in its room's log: 1, 2, 3 … without hole or repeat
             * @example 42
             */
            seq: number;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            at: string;
            /** @description Who did it; null for the server */
            actor: components["schemas"]["Author"] | null;
            user: components["schemas"]["User"];
            /** @enum {unknown} */
            role: "owner" | "moderator" | "member";
        };
        /** @description Somebody left, or was removed or banned */
        MemberLeft: {
            /** @enum {string} */
            type: "member.left";
            /** @example kX3b9_RtQm0aZ7wE */
            roomId: string;
            /**
             * @description An event's number in its room's log: 1, 2, 3 … without hole or repeat
             * @example 42
             */
            seq: number;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            at: string;
            /** @description Who did it; null for the server */
            actor: components["schemas"]["Author"] | null;
            user: components["schemas"]["User"];
            /** @enum {unknown} */
            role: "owner" | "moderator" | "member";
            /** @enum {unknown} */
            reason: "left" | "removed" | "banned";
        };
        /** @description A member has another role */
        MemberUpdated: {
            /** @enum {string} */
            type: "member.updated";
            /** @example kX3b9_RtQm0aZ7wE */
            roomId: string;
            /**
             * @description An event's number in its room's log: 1, 2, 3 … without hole or repeat
             * @example 42
             */
            seq: number;
            /**
             * @description ISO 8601, UTC, with milliseconds
             * @example 2026-11-20T18:30:00.000Z
             */
            at: string;
            /** @description Who did it; null for the server */
            actor: components["schemas"]["Author"] | null;
            user: components["schemas"]["User"];
            /** @enum {unknown} */
            role: "owner" | "moderator" | "member";
        };
        /** @description Why a request was rejected */
        Error: {
            /** @example 409 */
            statusCode: number;
            /**
             * @example room_name_taken
             * @enum {unknown}
             */
            code: "validation_failed" | "token_missing" | "token_invalid" | "token_expired" | "session_revoked" | "invalid_credentials" | "forbidden" | "quota_exceeded" | "room_not_found" | "message_not_found" | "user_not_found" | "file_not_found" | "invite_not_found" | "not_found" | "method_not_allowed" | "email_taken" | "name_taken" | "room_name_taken" | "idempotency_mismatch" | "last_owner" | "payload_too_large" | "unsupported_media_type" | "rate_limited" | "internal_error" | "overloaded" | "shutting_down" | "unavailable";
            /** @example Conflict */
            error: string;
            /**
             * @description An explanation for people; may change between versions
             * @example A public room has this name; choose another
             */
            message: string;
            /** @description With `validation_failed`: every invalid value, by JSON pointer */
            details?: {
                /** @example /name */
                path: string;
                /** @example must be string */
                message: string;
            }[];
        };
    };
    responses: {
        /** @description Conflict: `email_taken`, `name_taken` */
        EmailTakenOrNameTaken: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Not Found: `file_not_found` */
        FileNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Not Found: `room_not_found`, `message_not_found`, `file_not_found` */
        FileNotFoundOrMessageNotFoundOrRoomNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Forbidden: `forbidden` */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Forbidden: `forbidden`, `quota_exceeded` */
        ForbiddenOrQuotaExceeded: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Conflict: `idempotency_mismatch` */
        IdempotencyMismatch: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Internal Server Error: `internal_error` */
        InternalError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Unauthorized: `invalid_credentials` */
        InvalidCredentials: {
            headers: {
                /** @description How to authenticate */
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Not Found: `invite_not_found` */
        InviteNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Not Found: `room_not_found`, `invite_not_found` */
        InviteNotFoundOrRoomNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Conflict: `last_owner` */
        LastOwner: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Not Found: `room_not_found`, `message_not_found` */
        MessageNotFoundOrRoomNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Conflict: `name_taken` */
        NameTaken: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Not Found: `not_found` */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Not Found: `room_not_found`, `not_found` */
        NotFoundOrRoomNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Not Found: `user_not_found`, `not_found` */
        NotFoundOrUserNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Payload Too Large: `payload_too_large` */
        PayloadTooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Too Many Requests: `rate_limited` */
        RateLimited: {
            headers: {
                /** @description Seconds until a retry may succeed */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Conflict: `room_name_taken` */
        RoomNameTaken: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Not Found: `room_not_found` */
        RoomNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Not Found: `room_not_found`, `user_not_found` */
        RoomNotFoundOrUserNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Service Unavailable: `overloaded`, `shutting_down`, `unavailable` */
        ServiceUnavailable: {
            headers: {
                /** @description Seconds until a retry may succeed */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Unauthorized: `token_invalid`, `session_revoked` */
        SessionRevokedOrTokenInvalid: {
            headers: {
                /** @description How to authenticate */
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Service Unavailable: `shutting_down`, `unavailable` */
        ShuttingDownOrUnavailable: {
            headers: {
                /** @description Seconds until a retry may succeed */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Unauthorized: `token_invalid` */
        TokenInvalid: {
            headers: {
                /** @description How to authenticate */
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Unauthorized: `token_missing`, `token_invalid` */
        TokenInvalidOrTokenMissing: {
            headers: {
                /** @description How to authenticate */
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Unauthorized: `token_missing`, `token_invalid`, `token_expired`, `session_revoked` */
        Unauthorized: {
            headers: {
                /** @description How to authenticate */
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Unsupported Media Type: `unsupported_media_type` */
        UnsupportedMediaType: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Not Found: `user_not_found` */
        UserNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description Bad Request: `validation_failed` */
        ValidationFailed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    openDocs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example <!doctype html>… */
                    "text/html": string;
                };
            };
            400: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "openapi": "3.1.0"
                     *     }
                     */
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getOpenApiYaml: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "openapi": "3.1.0"
                     *     }
                     */
                    "application/yaml": Record<string, never>;
                };
            };
            400: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getAsyncApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "openapi": "3.1.0"
                     *     }
                     */
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    openAsyncApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example <!doctype html>… */
                    "text/html": string;
                };
            };
            400: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    openRoom: {
        parameters: {
            query?: {
                /**
                 * @description The last seq that the client has: what came after it is sent first
                 * @example 41
                 */
                after?: number;
                /**
                 * @description The epoch of the `welcome` that `after` is from
                 * @example Vb2pQ9s0LmNx4c1Y
                 */
                epoch?: string;
            };
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The socket is open */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFoundOrRoomNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    followRooms: {
        parameters: {
            query?: {
                /**
                 * @description The last `id:` received, for clients that cannot set `Last-Event-ID`
                 * @example Vb2pQ9s0LmNx4c1Y.2s
                 */
                lastEventId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream; the AsyncAPI document describes its events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example event: live
                     *     data: {"type":"live"}
                     */
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ana@example.org",
                 *       "password": "correct horse battery",
                 *       "name": "Ana"
                 *     }
                 */
                "application/json": {
                    /** @example ana@example.org */
                    email: string;
                    /**
                     * @description 8 characters to 72 bytes, in NFC
                     * @example correct horse battery
                     */
                    password: string;
                    /**
                     * @description 1–50 characters after normalization (NFC, trimmed, single spaces), at least one of them visible
                     * @example Ana
                     */
                    name: string;
                    /** @description Makes the account the admin of a server that has none; printed to the log at start */
                    setupCode?: string | null;
                    /**
                     * @description The code of an invite: opens the door where registration needs one, and joins its room
                     * @example null
                     */
                    invite?: string | null;
                };
            };
        };
        responses: {
            /** @description The account was created and is signed in */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token": "eyJhbGciOiJIUzI1NiJ9.e30.sig",
                     *       "expiresAt": "2026-11-20T18:30:00.000Z",
                     *       "user": {
                     *         "id": "kX3b9_RtQm0aZ7wE",
                     *         "name": "Ana",
                     *         "color": "#0f766e",
                     *         "createdAt": "2026-11-20T18:30:00.000Z",
                     *         "isAdmin": false,
                     *         "isBot": false,
                     *         "email": "ana@example.org",
                     *         "mailSummaries": "off",
                     *         "hasPassword": true
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["InviteNotFound"];
            409: components["responses"]["EmailTakenOrNameTaken"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ana@example.org",
                 *       "password": "correct horse battery"
                 *     }
                 */
                "application/json": {
                    email: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Signed in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token": "eyJhbGciOiJIUzI1NiJ9.e30.sig",
                     *       "expiresAt": "2026-11-20T18:30:00.000Z",
                     *       "user": {
                     *         "id": "kX3b9_RtQm0aZ7wE",
                     *         "name": "Ana",
                     *         "color": "#0f766e",
                     *         "createdAt": "2026-11-20T18:30:00.000Z",
                     *         "isAdmin": false,
                     *         "isBot": false,
                     *         "email": "ana@example.org",
                     *         "mailSummaries": "off",
                     *         "hasPassword": true
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["InvalidCredentials"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    refresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The same session with a new token */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token": "eyJhbGciOiJIUzI1NiJ9.e30.sig",
                     *       "expiresAt": "2026-11-20T18:30:00.000Z",
                     *       "user": {
                     *         "id": "kX3b9_RtQm0aZ7wE",
                     *         "name": "Ana",
                     *         "color": "#0f766e",
                     *         "createdAt": "2026-11-20T18:30:00.000Z",
                     *         "isAdmin": false,
                     *         "isBot": false,
                     *         "email": "ana@example.org",
                     *         "mailSummaries": "off",
                     *         "hasPassword": true
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session has ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createTicket: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The ticket */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ticket": "ticket-kX3b9_RtQm0aZ7wE",
                     *       "expiresAt": "2026-11-20T18:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions, most recently used first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "sessions": [
                     *         {
                     *           "id": "kX3b9_RtQm0aZ7wE",
                     *           "createdAt": "2026-11-20T18:30:00.000Z",
                     *           "lastUsedAt": "2026-11-20T18:30:00.000Z",
                     *           "userAgent": "curl/8.5.0",
                     *           "current": false
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        sessions: components["schemas"]["SessionInfo"][];
                    };
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                sessionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session has ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your account */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "kX3b9_RtQm0aZ7wE",
                     *       "name": "Ana",
                     *       "color": "#0f766e",
                     *       "createdAt": "2026-11-20T18:30:00.000Z",
                     *       "isAdmin": false,
                     *       "isBot": false,
                     *       "email": "ana@example.org",
                     *       "mailSummaries": "off",
                     *       "hasPassword": true
                     *     }
                     */
                    "application/json": components["schemas"]["Me"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "currentPassword": "correct horse battery"
                 *     }
                 */
                "application/json": {
                    /** @description Needed unless the account has none */
                    currentPassword?: string | null;
                };
            };
        };
        responses: {
            /** @description The account is deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["LastOwner"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    updateMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Ana",
                 *       "color": "#0f766e"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description 1–50 characters after normalization (NFC, trimmed, single spaces), at least one of them visible
                     * @example Ana
                     */
                    name?: string | null;
                    /** @example #0f766e */
                    color?: string | null;
                    /**
                     * @description 8 characters to 72 bytes, in NFC
                     * @example correct horse battery
                     */
                    password?: string | null;
                    currentPassword?: string | null;
                    /**
                     * @description The language of the mails that tell, once a day at most, which mentions and direct messages you have missed; `off` for no such mails
                     * @example off
                     * @enum {unknown}
                     */
                    mailSummaries?: "off" | "en" | "es" | null;
                };
            };
        };
        responses: {
            /** @description Your account after the change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "kX3b9_RtQm0aZ7wE",
                     *       "name": "Ana",
                     *       "color": "#0f766e",
                     *       "createdAt": "2026-11-20T18:30:00.000Z",
                     *       "isAdmin": false,
                     *       "isBot": false,
                     *       "email": "ana@example.org",
                     *       "mailSummaries": "off",
                     *       "hasPassword": true,
                     *       "token": "eyJhbGciOiJIUzI1NiJ9.e30.sig",
                     *       "expiresAt": "2026-11-20T18:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["UpdatedMe"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["NameTaken"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    startOpenIdSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description To the provider */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    finishOpenIdSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description To the page */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    signOutAtOpenIdProvider: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description To the provider, or to the page */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getOpenIdSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token": "eyJhbGciOiJIUzI1NiJ9.e30.sig",
                     *       "expiresAt": "2026-11-20T18:30:00.000Z",
                     *       "user": {
                     *         "id": "kX3b9_RtQm0aZ7wE",
                     *         "name": "Ana",
                     *         "color": "#0f766e",
                     *         "createdAt": "2026-11-20T18:30:00.000Z",
                     *         "isAdmin": false,
                     *         "isBot": false,
                     *         "email": "ana@example.org",
                     *         "mailSummaries": "off",
                     *         "hasPassword": true
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["SessionRevokedOrTokenInvalid"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getSignInMethods: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The ways */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "openId": "login.example.org",
                     *       "mail": false
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description The host of the OpenID provider, if there is one
                         * @example login.example.org
                         */
                        openId: string | null;
                        /** @description Whether a forgotten password can be replaced by mail */
                        mail: boolean;
                    };
                };
            };
            400: components["responses"]["ValidationFailed"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    forgotPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ana@example.org"
                 *     }
                 */
                "application/json": {
                    /** @example ana@example.org */
                    email: string;
                };
            };
        };
        responses: {
            /** @description A mail is sent where an account has the email */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    askToConfirmSummaries: {
        parameters: {
            query: {
                /**
                 * @description From the link in the mail
                 * @example kX3b9_RtQm0aZ7wE.uZ4x0bq4J9m1y6k3Ue7Rw2Tn8Pc5Ls0Dg1Hf6Va9QiE
                 */
                token: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example <!doctype html>… */
                    "text/html": string;
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["TokenInvalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    confirmSummaries: {
        parameters: {
            query: {
                /**
                 * @description From the link in the mail
                 * @example kX3b9_RtQm0aZ7wE.uZ4x0bq4J9m1y6k3Ue7Rw2Tn8Pc5Ls0Dg1Hf6Va9QiE
                 */
                token: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Summaries are sent to the address */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example <!doctype html>… */
                    "text/html": string;
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["TokenInvalid"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    askToStopSummaries: {
        parameters: {
            query: {
                /**
                 * @description From the link in the mail
                 * @example kX3b9_RtQm0aZ7wE.uZ4x0bq4J9m1y6k3Ue7Rw2Tn8Pc5Ls0Dg1Hf6Va9QiE
                 */
                token: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example <!doctype html>… */
                    "text/html": string;
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["TokenInvalid"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    stopSummaries: {
        parameters: {
            query: {
                /**
                 * @description From the link in the mail
                 * @example kX3b9_RtQm0aZ7wE.uZ4x0bq4J9m1y6k3Ue7Rw2Tn8Pc5Ls0Dg1Hf6Va9QiE
                 */
                token: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account gets no more summaries */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example <!doctype html>… */
                    "text/html": string;
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["TokenInvalid"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    exportMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The archive */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example the bytes of the file */
                    "application/zip": string;
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listUsers: {
        parameters: {
            query?: {
                /**
                 * @description Beginnings of words in the name; case and accents do not matter
                 * @example jose nunez
                 */
                query?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description People, sorted by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "users": [
                     *         {
                     *           "id": "kX3b9_RtQm0aZ7wE",
                     *           "name": "Ana",
                     *           "color": "#0f766e",
                     *           "createdAt": "2026-11-20T18:30:00.000Z",
                     *           "isAdmin": false,
                     *           "isBot": false
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        users: components["schemas"]["User"][];
                    };
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "kX3b9_RtQm0aZ7wE",
                     *       "name": "Ana",
                     *       "color": "#0f766e",
                     *       "createdAt": "2026-11-20T18:30:00.000Z",
                     *       "isAdmin": false,
                     *       "isBot": false
                     *     }
                     */
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["UserNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listBlockedUsers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The blocked users, sorted by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "users": [
                     *         {
                     *           "id": "kX3b9_RtQm0aZ7wE",
                     *           "name": "Ana",
                     *           "color": "#0f766e",
                     *           "createdAt": "2026-11-20T18:30:00.000Z",
                     *           "isAdmin": false,
                     *           "isBot": false
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        users: components["schemas"]["User"][];
                    };
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    blockUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user is blocked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrQuotaExceeded"];
            404: components["responses"]["UserNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    unblockUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user is not blocked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["UserNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tokens, the newest first; expired ones too */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tokens": [
                     *         {
                     *           "id": "kX3b9_RtQm0aZ7wE",
                     *           "name": "Nightly build",
                     *           "createdAt": "2026-11-20T18:30:00.000Z",
                     *           "lastUsedAt": "2026-11-20T18:30:00.000Z",
                     *           "expiresAt": "2026-11-20T18:30:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        tokens: components["schemas"]["ApiToken"][];
                    };
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Nightly build"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description What it is for
                     * @example Nightly build
                     */
                    name: string;
                    /**
                     * @description ISO 8601 with a time zone, in the future; without it, the token does not expire
                     * @example 2027-01-01T00:00:00.000Z
                     */
                    expiresAt?: string | null;
                };
            };
        };
        responses: {
            /** @description The token */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "kX3b9_RtQm0aZ7wE",
                     *       "name": "Nightly build",
                     *       "createdAt": "2026-11-20T18:30:00.000Z",
                     *       "lastUsedAt": "2026-11-20T18:30:00.000Z",
                     *       "expiresAt": "2026-11-20T18:30:00.000Z",
                     *       "token": "chr_Zk3vX9q2LmN0b7RtYw5pQe8sUaHdJfGcVxT1nK4oIyM"
                     *     }
                     */
                    "application/json": components["schemas"]["NewApiToken"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrQuotaExceeded"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                tokenId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token is invalid */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listBots: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the previous page */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of bots, those of webhooks too, sorted by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "bots": [
                     *         {
                     *           "id": "kX3b9_RtQm0aZ7wE",
                     *           "name": "Ana",
                     *           "color": "#0f766e",
                     *           "createdAt": "2026-11-20T18:30:00.000Z",
                     *           "isAdmin": false,
                     *           "isBot": false,
                     *           "roomId": null,
                     *           "lastUsedAt": "2026-11-20T18:30:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": {
                        bots: components["schemas"]["Bot"][];
                        /**
                         * @description Pass it as `cursor` to get the next page; null on the last page
                         * @example null
                         */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createBot: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Deploy bot"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description 1–50 characters after normalization (NFC, trimmed, single spaces), at least one of them visible
                     * @example Deploy bot
                     */
                    name: string;
                };
            };
        };
        responses: {
            /** @description The bot and its token */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "user": {
                     *         "id": "kX3b9_RtQm0aZ7wE",
                     *         "name": "Ana",
                     *         "color": "#0f766e",
                     *         "createdAt": "2026-11-20T18:30:00.000Z",
                     *         "isAdmin": false,
                     *         "isBot": false
                     *       },
                     *       "token": "chr_Zk3vX9q2LmN0b7RtYw5pQe8sUaHdJfGcVxT1nK4oIyM"
                     *     }
                     */
                    "application/json": components["schemas"]["NewBot"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrQuotaExceeded"];
            409: components["responses"]["NameTaken"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    renewBotToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bot and its token */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "user": {
                     *         "id": "kX3b9_RtQm0aZ7wE",
                     *         "name": "Ana",
                     *         "color": "#0f766e",
                     *         "createdAt": "2026-11-20T18:30:00.000Z",
                     *         "isAdmin": false,
                     *         "isBot": false
                     *       },
                     *       "token": "chr_Zk3vX9q2LmN0b7RtYw5pQe8sUaHdJfGcVxT1nK4oIyM"
                     *     }
                     */
                    "application/json": components["schemas"]["NewBot"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteBot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bot was deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFound"];
            409: components["responses"]["LastOwner"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    updateAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "isDisabled": true
                 *     }
                 */
                "application/json": {
                    isAdmin?: boolean | null;
                    isDisabled?: boolean | null;
                };
            };
        };
        responses: {
            /** @description The account after the change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "kX3b9_RtQm0aZ7wE",
                     *       "name": "Ana",
                     *       "color": "#0f766e",
                     *       "createdAt": "2026-11-20T18:30:00.000Z",
                     *       "isAdmin": false,
                     *       "isBot": false,
                     *       "email": "ana@example.org",
                     *       "isDisabled": false
                     *     }
                     */
                    "application/json": components["schemas"]["AdminUser"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listAccounts: {
        parameters: {
            query?: {
                /**
                 * @description Beginnings of words in the name, or a part of the email; case does not matter
                 * @example ana
                 */
                query?: string;
                /** @description `nextCursor` of the previous page */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "users": [
                     *         {
                     *           "id": "kX3b9_RtQm0aZ7wE",
                     *           "name": "Ana",
                     *           "color": "#0f766e",
                     *           "createdAt": "2026-11-20T18:30:00.000Z",
                     *           "isAdmin": false,
                     *           "isBot": false,
                     *           "email": "ana@example.org",
                     *           "isDisabled": false,
                     *           "lastSeenAt": "2026-11-20T18:30:00.000Z",
                     *           "sessionCount": 3
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": {
                        users: components["schemas"]["AdminUserEntry"][];
                        /**
                         * @description Pass it as `cursor` to get the next page; null on the last page
                         * @example null
                         */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listRoomsBySize: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the previous page */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "rooms": [
                     *         {
                     *           "id": "kX3b9_RtQm0aZ7wE",
                     *           "kind": "public",
                     *           "name": "Kitchen",
                     *           "createdBy": {
                     *             "id": "kX3b9_RtQm0aZ7wE",
                     *             "name": "Ana",
                     *             "color": "#0f766e"
                     *           },
                     *           "createdAt": "2026-11-20T18:30:00.000Z",
                     *           "lastActivityAt": "2026-11-20T18:30:00.000Z",
                     *           "memberCount": 3,
                     *           "messageCount": 3,
                     *           "fileCount": 3,
                     *           "fileBytes": 48211
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": {
                        rooms: components["schemas"]["RoomSize"][];
                        /**
                         * @description Pass it as `cursor` to get the next page; null on the last page
                         * @example null
                         */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @example kX3b9_RtQm0aZ7wE */
                actorId?: string;
                /** @example kX3b9_RtQm0aZ7wE */
                userId?: string;
                /** @example kX3b9_RtQm0aZ7wE */
                roomId?: string;
                /** @description `nextCursor` of the previous page */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "entries": [
                     *         {
                     *           "id": 7,
                     *           "at": "2026-11-20T18:30:00.000Z",
                     *           "action": "banned",
                     *           "actor": {
                     *             "id": "kX3b9_RtQm0aZ7wE",
                     *             "name": "Ana",
                     *             "color": "#0f766e"
                     *           },
                     *           "user": {
                     *             "id": "kX3b9_RtQm0aZ7wE",
                     *             "name": "Ana",
                     *             "color": "#0f766e"
                     *           },
                     *           "roomId": "kX3b9_RtQm0aZ7wE",
                     *           "roomName": "Kitchen",
                     *           "details": {
                     *             "role": "moderator"
                     *           }
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": {
                        entries: components["schemas"]["AuditEntry"][];
                        /**
                         * @description Pass it as `cursor` to get the next page; null on the last page
                         * @example null
                         */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getStats: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The numbers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "at": "2026-11-20T18:30:00.000Z",
                     *       "version": "1.0.0",
                     *       "counts": {
                     *         "users": 3,
                     *         "disabledUsers": 3,
                     *         "admins": 3,
                     *         "bots": 3,
                     *         "rooms": 3,
                     *         "messages": 3,
                     *         "files": 3
                     *       },
                     *       "storage": {
                     *         "databaseBytes": 48211,
                     *         "fileBytes": 48211
                     *       },
                     *       "nodes": [
                     *         {
                     *           "id": "kX3b9_RtQm0aZ7wE",
                     *           "startedAt": "2026-11-20T18:30:00.000Z",
                     *           "connections": 3
                     *         }
                     *       ],
                     *       "limitsHit": [
                     *         {
                     *           "limit": "messages",
                     *           "setting": "RATE_LIMIT_MESSAGES",
                     *           "count": 3,
                     *           "lastAt": "2026-11-20T18:30:00.000Z",
                     *           "lastUser": {
                     *             "id": "kX3b9_RtQm0aZ7wE",
                     *             "name": "Ana",
                     *             "color": "#0f766e"
                     *           }
                     *         }
                     *       ],
                     *       "lag": {
                     *         "search": 3,
                     *         "hooks": 3
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ServerStats"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listSessionsOf: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Those that have neither ended nor expired */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "sessions": [
                     *         {
                     *           "id": "kX3b9_RtQm0aZ7wE",
                     *           "kind": "signIn",
                     *           "name": null,
                     *           "userAgent": "curl/8.5.0",
                     *           "createdAt": "2026-11-20T18:30:00.000Z",
                     *           "lastUsedAt": "2026-11-20T18:30:00.000Z",
                     *           "expiresAt": "2026-11-20T18:30:00.000Z",
                     *           "current": false
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        sessions: components["schemas"]["AdminSession"][];
                    };
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    endSessionsOf: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions have ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    endSessionOf: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                userId: string;
                /** @example kX3b9_RtQm0aZ7wE */
                sessionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session has ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFoundOrUserNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listAllHooks: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the previous page */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "hooks": [
                     *         {
                     *           "id": "kX3b9_RtQm0aZ7wE",
                     *           "kind": "outgoing",
                     *           "events": [
                     *             "message.created"
                     *           ],
                     *           "createdBy": {
                     *             "id": "kX3b9_RtQm0aZ7wE",
                     *             "name": "Ana",
                     *             "color": "#0f766e"
                     *           },
                     *           "createdAt": "2026-11-20T18:30:00.000Z",
                     *           "state": "active",
                     *           "nextAttemptAt": null,
                     *           "lastAnswer": {
                     *             "at": "2026-11-20T18:30:00.000Z",
                     *             "status": 200,
                     *             "error": null,
                     *             "reason": null
                     *           },
                     *           "behind": {
                     *             "events": 0,
                     *             "since": null
                     *           },
                     *           "room": {
                     *             "id": "kX3b9_RtQm0aZ7wE",
                     *             "kind": "public",
                     *             "name": "Kitchen"
                     *           },
                     *           "host": "ci.example.org"
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": {
                        hooks: (components["schemas"]["AdminOutgoingHook"] | components["schemas"]["AdminIncomingHook"])[];
                        /**
                         * @description Pass it as `cursor` to get the next page; null on the last page
                         * @example null
                         */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    resumeAnyHook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                hookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The hook is tried at once */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteAnyHook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                hookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The hook is deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["LastOwner"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listAllInvites: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the previous page */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "invites": [
                     *         {
                     *           "id": "Q8s1-Yw0",
                     *           "room": {
                     *             "id": "kX3b9_RtQm0aZ7wE",
                     *             "kind": "public",
                     *             "name": "Kitchen"
                     *           },
                     *           "createdBy": {
                     *             "id": "kX3b9_RtQm0aZ7wE",
                     *             "name": "Ana",
                     *             "color": "#0f766e"
                     *           },
                     *           "createdAt": "2026-11-20T18:30:00.000Z",
                     *           "expiresAt": "2026-11-20T18:30:00.000Z",
                     *           "maxUses": 5,
                     *           "uses": 2
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": {
                        invites: components["schemas"]["AdminInvite"][];
                        /**
                         * @description Pass it as `cursor` to get the next page; null on the last page
                         * @example null
                         */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    revokeAnyInvite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                inviteId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The invite was revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["InviteNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    makeResetLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The link */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "url": "https://chat.example.org/?reset=uZ4x0bq4J9m1y6k3Ue7Rw2Tn8Pc5Ls0Dg1Hf6Va9QiE",
                     *       "expiresAt": "2026-11-20T18:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ResetLink"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "uZ4x0bq4J9m1y6k3Ue7Rw2Tn8Pc5Ls0Dg1Hf6Va9QiE",
                 *       "password": "correct horse battery"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description The `reset` of the link
                     * @example uZ4x0bq4J9m1y6k3Ue7Rw2Tn8Pc5Ls0Dg1Hf6Va9QiE
                     */
                    token: string;
                    /**
                     * @description 8 characters to 72 bytes, in NFC
                     * @example correct horse battery
                     */
                    password: string;
                };
            };
        };
        responses: {
            /** @description The new session */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token": "eyJhbGciOiJIUzI1NiJ9.e30.sig",
                     *       "expiresAt": "2026-11-20T18:30:00.000Z",
                     *       "user": {
                     *         "id": "kX3b9_RtQm0aZ7wE",
                     *         "name": "Ana",
                     *         "color": "#0f766e",
                     *         "createdAt": "2026-11-20T18:30:00.000Z",
                     *         "isAdmin": false,
                     *         "isBot": false,
                     *         "email": "ana@example.org",
                     *         "mailSummaries": "off",
                     *         "hasPassword": true
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["TokenInvalid"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listRooms: {
        parameters: {
            query?: {
                scope?: "all" | "mine" | "public";
                /** @description A part of the name; case and accents do not matter */
                query?: string;
                /** @description `nextCursor` of the previous page */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of rooms */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "rooms": [
                     *         {
                     *           "id": "kX3b9_RtQm0aZ7wE",
                     *           "kind": "public",
                     *           "name": "Kitchen",
                     *           "topic": "What is for lunch?",
                     *           "slowModeSeconds": 0,
                     *           "createdAt": "2026-11-20T18:30:00.000Z",
                     *           "createdBy": "kX3b9_RtQm0aZ7wE",
                     *           "memberCount": 3,
                     *           "onlineCount": 2,
                     *           "lastSeq": 42,
                     *           "lastActivityAt": "2026-11-20T18:30:00.000Z",
                     *           "role": "member",
                     *           "lastReadSeq": 40,
                     *           "unreadCount": 2,
                     *           "mentionCount": 0,
                     *           "notify": "all"
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": {
                        rooms: components["schemas"]["Room"][];
                        /**
                         * @description Pass it as `cursor` to get the next page; null on the last page
                         * @example null
                         */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createRoom: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Kitchen",
                 *       "topic": "What is for lunch?"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description 1–50 characters after normalization (NFC, trimmed, single spaces), at least one of them visible
                     * @example Kitchen
                     */
                    name: string;
                    /** @example What is for lunch? */
                    topic?: string | null;
                    /**
                     * @default public
                     * @enum {unknown}
                     */
                    visibility?: "public" | "private" | null;
                };
            };
        };
        responses: {
            /** @description The new room */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "kX3b9_RtQm0aZ7wE",
                     *       "kind": "public",
                     *       "name": "Kitchen",
                     *       "topic": "What is for lunch?",
                     *       "slowModeSeconds": 0,
                     *       "createdAt": "2026-11-20T18:30:00.000Z",
                     *       "createdBy": "kX3b9_RtQm0aZ7wE",
                     *       "memberCount": 3,
                     *       "onlineCount": 2,
                     *       "lastSeq": 42,
                     *       "lastActivityAt": "2026-11-20T18:30:00.000Z",
                     *       "role": "member",
                     *       "lastReadSeq": 40,
                     *       "unreadCount": 2,
                     *       "mentionCount": 0,
                     *       "notify": "all"
                     *     }
                     */
                    "application/json": components["schemas"]["Room"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            409: components["responses"]["RoomNameTaken"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getRoom: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The room */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "kX3b9_RtQm0aZ7wE",
                     *       "kind": "public",
                     *       "name": "Kitchen",
                     *       "topic": "What is for lunch?",
                     *       "slowModeSeconds": 0,
                     *       "createdAt": "2026-11-20T18:30:00.000Z",
                     *       "createdBy": "kX3b9_RtQm0aZ7wE",
                     *       "memberCount": 3,
                     *       "onlineCount": 2,
                     *       "lastSeq": 42,
                     *       "lastActivityAt": "2026-11-20T18:30:00.000Z",
                     *       "role": "member",
                     *       "lastReadSeq": 40,
                     *       "unreadCount": 2,
                     *       "mentionCount": 0,
                     *       "notify": "all"
                     *     }
                     */
                    "application/json": components["schemas"]["Room"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["RoomNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteRoom: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The room was deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["RoomNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    updateRoom: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "topic": "What is for lunch?",
                 *       "slowModeSeconds": 10
                 *     }
                 */
                "application/json": {
                    /**
                     * @description 1–50 characters after normalization (NFC, trimmed, single spaces), at least one of them visible
                     * @example Kitchen
                     */
                    name?: string | null;
                    /** @example What is for lunch? */
                    topic?: string | null;
                    /**
                     * @description How many seconds a member waits between two messages; 0 turns slow mode off
                     * @example 0
                     */
                    slowModeSeconds?: number | null;
                };
            };
        };
        responses: {
            /** @description The room after the change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "kX3b9_RtQm0aZ7wE",
                     *       "kind": "public",
                     *       "name": "Kitchen",
                     *       "topic": "What is for lunch?",
                     *       "slowModeSeconds": 0,
                     *       "createdAt": "2026-11-20T18:30:00.000Z",
                     *       "createdBy": "kX3b9_RtQm0aZ7wE",
                     *       "memberCount": 3,
                     *       "onlineCount": 2,
                     *       "lastSeq": 42,
                     *       "lastActivityAt": "2026-11-20T18:30:00.000Z",
                     *       "role": "member",
                     *       "lastReadSeq": 40,
                     *       "unreadCount": 2,
                     *       "mentionCount": 0,
                     *       "notify": "all"
                     *     }
                     */
                    "application/json": components["schemas"]["Room"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["RoomNotFound"];
            409: components["responses"]["RoomNameTaken"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    openDirectRoom: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "userId": "kX3b9_RtQm0aZ7wE"
                 *     }
                 */
                "application/json": {
                    /** @example kX3b9_RtQm0aZ7wE */
                    userId: string;
                };
            };
        };
        responses: {
            /** @description The room that exists already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "kX3b9_RtQm0aZ7wE",
                     *       "kind": "public",
                     *       "name": "Kitchen",
                     *       "topic": "What is for lunch?",
                     *       "slowModeSeconds": 0,
                     *       "createdAt": "2026-11-20T18:30:00.000Z",
                     *       "createdBy": "kX3b9_RtQm0aZ7wE",
                     *       "memberCount": 3,
                     *       "onlineCount": 2,
                     *       "lastSeq": 42,
                     *       "lastActivityAt": "2026-11-20T18:30:00.000Z",
                     *       "role": "member",
                     *       "lastReadSeq": 40,
                     *       "unreadCount": 2,
                     *       "mentionCount": 0,
                     *       "notify": "all"
                     *     }
                     */
                    "application/json": components["schemas"]["Room"];
                };
            };
            /** @description The new room */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "kX3b9_RtQm0aZ7wE",
                     *       "kind": "public",
                     *       "name": "Kitchen",
                     *       "topic": "What is for lunch?",
                     *       "slowModeSeconds": 0,
                     *       "createdAt": "2026-11-20T18:30:00.000Z",
                     *       "createdBy": "kX3b9_RtQm0aZ7wE",
                     *       "memberCount": 3,
                     *       "onlineCount": 2,
                     *       "lastSeq": 42,
                     *       "lastActivityAt": "2026-11-20T18:30:00.000Z",
                     *       "role": "member",
                     *       "lastReadSeq": 40,
                     *       "unreadCount": 2,
                     *       "mentionCount": 0,
                     *       "notify": "all"
                     *     }
                     */
                    "application/json": components["schemas"]["Room"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["UserNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    joinRoom: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The room after joining */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "kX3b9_RtQm0aZ7wE",
                     *       "kind": "public",
                     *       "name": "Kitchen",
                     *       "topic": "What is for lunch?",
                     *       "slowModeSeconds": 0,
                     *       "createdAt": "2026-11-20T18:30:00.000Z",
                     *       "createdBy": "kX3b9_RtQm0aZ7wE",
                     *       "memberCount": 3,
                     *       "onlineCount": 2,
                     *       "lastSeq": 42,
                     *       "lastActivityAt": "2026-11-20T18:30:00.000Z",
                     *       "role": "member",
                     *       "lastReadSeq": 40,
                     *       "unreadCount": 2,
                     *       "mentionCount": 0,
                     *       "notify": "all"
                     *     }
                     */
                    "application/json": components["schemas"]["Room"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["RoomNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    leaveRoom: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description You are no longer a member */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["RoomNotFound"];
            409: components["responses"]["LastOwner"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listMembers: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the previous page */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of members, sorted by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "users": [
                     *         {
                     *           "id": "kX3b9_RtQm0aZ7wE",
                     *           "name": "Ana",
                     *           "color": "#0f766e",
                     *           "createdAt": "2026-11-20T18:30:00.000Z",
                     *           "isAdmin": false,
                     *           "isBot": false,
                     *           "role": "owner",
                     *           "online": false
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": {
                        users: components["schemas"]["Member"][];
                        /**
                         * @description Pass it as `cursor` to get the next page; null on the last page
                         * @example null
                         */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["RoomNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    putMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
                /** @example kX3b9_RtQm0aZ7wE */
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "role": "moderator"
                 *     }
                 */
                "application/json": {
                    /** @enum {unknown} */
                    role?: "owner" | "moderator" | "member" | null;
                };
            };
        };
        responses: {
            /** @description The member after the change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "kX3b9_RtQm0aZ7wE",
                     *       "name": "Ana",
                     *       "color": "#0f766e",
                     *       "createdAt": "2026-11-20T18:30:00.000Z",
                     *       "isAdmin": false,
                     *       "isBot": false,
                     *       "role": "owner",
                     *       "online": false
                     *     }
                     */
                    "application/json": components["schemas"]["Member"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["RoomNotFoundOrUserNotFound"];
            409: components["responses"]["LastOwner"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    removeMember: {
        parameters: {
            query?: {
                /** @description Also ban the member */
                ban?: "true" | "false";
            };
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
                /** @example kX3b9_RtQm0aZ7wE */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The member was removed; with `ban=true` they cannot come back */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrQuotaExceeded"];
            404: components["responses"]["RoomNotFoundOrUserNotFound"];
            409: components["responses"]["LastOwner"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listBannedUsers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The banned users, sorted by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "users": [
                     *         {
                     *           "id": "kX3b9_RtQm0aZ7wE",
                     *           "name": "Ana",
                     *           "color": "#0f766e",
                     *           "createdAt": "2026-11-20T18:30:00.000Z",
                     *           "isAdmin": false,
                     *           "isBot": false
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        users: components["schemas"]["User"][];
                    };
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["RoomNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    liftBan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
                /** @example kX3b9_RtQm0aZ7wE */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The ban was lifted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["RoomNotFoundOrUserNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    markRead: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "seq": 41
                 *     }
                 */
                "application/json": {
                    /** @example 41 */
                    seq: number;
                };
            };
        };
        responses: {
            /** @description The read marker after the change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "lastReadSeq": 42,
                     *       "unreadCount": 0
                     *     }
                     */
                    "application/json": {
                        /** @example 42 */
                        lastReadSeq: number;
                        /** @example 0 */
                        unreadCount: number;
                    };
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["RoomNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    setNotifyLevel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "level": "all"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Which messages of others notify you while you are away: all, those that mention you, or none
                     * @example all
                     * @enum {unknown}
                     */
                    level: "all" | "mentions" | "none";
                };
            };
        };
        responses: {
            /** @description The room after the change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "kX3b9_RtQm0aZ7wE",
                     *       "kind": "public",
                     *       "name": "Kitchen",
                     *       "topic": "What is for lunch?",
                     *       "slowModeSeconds": 0,
                     *       "createdAt": "2026-11-20T18:30:00.000Z",
                     *       "createdBy": "kX3b9_RtQm0aZ7wE",
                     *       "memberCount": 3,
                     *       "onlineCount": 2,
                     *       "lastSeq": 42,
                     *       "lastActivityAt": "2026-11-20T18:30:00.000Z",
                     *       "role": "member",
                     *       "lastReadSeq": 40,
                     *       "unreadCount": 2,
                     *       "mentionCount": 0,
                     *       "notify": "all"
                     *     }
                     */
                    "application/json": components["schemas"]["Room"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["RoomNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listInvites: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The invites */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "invites": [
                     *         {
                     *           "code": "Q8s1-Yw0LmNx4c1Yv7uK2A",
                     *           "url": "https://chat.example.org/?invite=Q8s1-Yw0LmNx4c1Yv7uK2A",
                     *           "roomId": "kX3b9_RtQm0aZ7wE",
                     *           "createdBy": "kX3b9_RtQm0aZ7wE",
                     *           "createdAt": "2026-11-20T18:30:00.000Z",
                     *           "expiresAt": "2026-11-20T18:30:00.000Z",
                     *           "maxUses": 5,
                     *           "uses": 2
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        invites: components["schemas"]["Invite"][];
                    };
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["RoomNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createInvite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "expiresIn": 86400,
                 *       "maxUses": 5
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Seconds until it ends: from a minute to a year
                     * @default 604800
                     */
                    expiresIn?: number | null;
                    /** @description How many people it lets in; any number where it is left out */
                    maxUses?: number | null;
                };
            };
        };
        responses: {
            /** @description The invite */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "Q8s1-Yw0LmNx4c1Yv7uK2A",
                     *       "url": "https://chat.example.org/?invite=Q8s1-Yw0LmNx4c1Yv7uK2A",
                     *       "roomId": "kX3b9_RtQm0aZ7wE",
                     *       "createdBy": "kX3b9_RtQm0aZ7wE",
                     *       "createdAt": "2026-11-20T18:30:00.000Z",
                     *       "expiresAt": "2026-11-20T18:30:00.000Z",
                     *       "maxUses": 5,
                     *       "uses": 2
                     *     }
                     */
                    "application/json": components["schemas"]["Invite"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrQuotaExceeded"];
            404: components["responses"]["RoomNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    revokeInvite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
                /** @example kX3b9_RtQm0aZ7wE */
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The invite was revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["InviteNotFoundOrRoomNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listServerInvites: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The invites */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "invites": [
                     *         {
                     *           "code": "Q8s1-Yw0LmNx4c1Yv7uK2A",
                     *           "url": "https://chat.example.org/?invite=Q8s1-Yw0LmNx4c1Yv7uK2A",
                     *           "roomId": "kX3b9_RtQm0aZ7wE",
                     *           "createdBy": "kX3b9_RtQm0aZ7wE",
                     *           "createdAt": "2026-11-20T18:30:00.000Z",
                     *           "expiresAt": "2026-11-20T18:30:00.000Z",
                     *           "maxUses": 5,
                     *           "uses": 2
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        invites: components["schemas"]["Invite"][];
                    };
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createServerInvite: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "expiresIn": 86400,
                 *       "maxUses": 5
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Seconds until it ends: from a minute to a year
                     * @default 604800
                     */
                    expiresIn?: number | null;
                    /** @description How many people it lets in; any number where it is left out */
                    maxUses?: number | null;
                };
            };
        };
        responses: {
            /** @description The invite */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "Q8s1-Yw0LmNx4c1Yv7uK2A",
                     *       "url": "https://chat.example.org/?invite=Q8s1-Yw0LmNx4c1Yv7uK2A",
                     *       "roomId": "kX3b9_RtQm0aZ7wE",
                     *       "createdBy": "kX3b9_RtQm0aZ7wE",
                     *       "createdAt": "2026-11-20T18:30:00.000Z",
                     *       "expiresAt": "2026-11-20T18:30:00.000Z",
                     *       "maxUses": 5,
                     *       "uses": 2
                     *     }
                     */
                    "application/json": components["schemas"]["Invite"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrQuotaExceeded"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getInvite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The invite, which lets people in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "room": {
                     *         "name": "Kitchen",
                     *         "kind": "public",
                     *         "memberCount": 3
                     *       },
                     *       "invitedBy": {
                     *         "id": "kX3b9_RtQm0aZ7wE",
                     *         "name": "Ana",
                     *         "color": "#0f766e"
                     *       },
                     *       "expiresAt": "2026-11-20T18:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["InvitePreview"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            404: components["responses"]["InviteNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    revokeServerInvite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The invite was revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["InviteNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    acceptInvite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The room after joining */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "kX3b9_RtQm0aZ7wE",
                     *       "kind": "public",
                     *       "name": "Kitchen",
                     *       "topic": "What is for lunch?",
                     *       "slowModeSeconds": 0,
                     *       "createdAt": "2026-11-20T18:30:00.000Z",
                     *       "createdBy": "kX3b9_RtQm0aZ7wE",
                     *       "memberCount": 3,
                     *       "onlineCount": 2,
                     *       "lastSeq": 42,
                     *       "lastActivityAt": "2026-11-20T18:30:00.000Z",
                     *       "role": "member",
                     *       "lastReadSeq": 40,
                     *       "unreadCount": 2,
                     *       "mentionCount": 0,
                     *       "notify": "all"
                     *     }
                     */
                    "application/json": components["schemas"]["Room"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["InviteNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listMessages: {
        parameters: {
            query?: {
                /**
                 * @description An event's number in its room's log: 1, 2, 3 … without hole or repeat
                 * @example 42
                 */
                before?: number;
                /** @example 41 */
                after?: number;
                limit?: number;
            };
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of messages */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "messages": [
                     *         {
                     *           "roomId": "kX3b9_RtQm0aZ7wE",
                     *           "seq": 42,
                     *           "author": {
                     *             "id": "kX3b9_RtQm0aZ7wE",
                     *             "name": "Ana",
                     *             "color": "#0f766e"
                     *           },
                     *           "text": "¡Hola! 👋",
                     *           "replyTo": null,
                     *           "mentions": [],
                     *           "reactions": [
                     *             {
                     *               "emoji": "👍",
                     *               "userIds": [
                     *                 "kX3b9_RtQm0aZ7wE"
                     *               ]
                     *             }
                     *           ],
                     *           "files": [],
                     *           "clientMsgId": null,
                     *           "createdAt": "2026-11-20T18:30:00.000Z",
                     *           "editedAt": null,
                     *           "deletedAt": null
                     *         }
                     *       ],
                     *       "hasMore": false
                     *     }
                     */
                    "application/json": {
                        messages: components["schemas"]["Message"][];
                        hasMore: boolean;
                    };
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["RoomNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    sendMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "text": "¡Hola! 👋",
                 *       "clientMsgId": "7f1c2e0a-first"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Any Unicode except NUL and lone surrogates, with something visible; delivered exactly as sent
                     * @example ¡Hola! 👋
                     */
                    text: string;
                    /**
                     * @description Identifies the message for its sender in its room: a repeated send stores it only once
                     * @example 7f1c2e0a-first
                     */
                    clientMsgId?: string | null;
                    /**
                     * @description An event's number in its room's log: 1, 2, 3 … without hole or repeat
                     * @example 42
                     */
                    replyTo?: number | null;
                    /** @description Files that you have uploaded to this room, in order; `text` may then be "" */
                    fileIds?: string[] | null;
                    /**
                     * @description What these files show, by their ids
                     * @example {
                     *       "kX3b9_RtQm0aZ7wE": "A cat asleep on a red sofa"
                     *     }
                     */
                    alts?: {
                        [key: string]: string;
                    } | null;
                };
            };
        };
        responses: {
            /** @description The message that was stored first, if `clientMsgId` is repeated */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "roomId": "kX3b9_RtQm0aZ7wE",
                     *       "seq": 42,
                     *       "author": {
                     *         "id": "kX3b9_RtQm0aZ7wE",
                     *         "name": "Ana",
                     *         "color": "#0f766e"
                     *       },
                     *       "text": "¡Hola! 👋",
                     *       "replyTo": null,
                     *       "mentions": [],
                     *       "reactions": [
                     *         {
                     *           "emoji": "👍",
                     *           "userIds": [
                     *             "kX3b9_RtQm0aZ7wE"
                     *           ]
                     *         }
                     *       ],
                     *       "files": [],
                     *       "clientMsgId": null,
                     *       "createdAt": "2026-11-20T18:30:00.000Z",
                     *       "editedAt": null,
                     *       "deletedAt": null
                     *     }
                     */
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description The message was stored */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "roomId": "kX3b9_RtQm0aZ7wE",
                     *       "seq": 42,
                     *       "author": {
                     *         "id": "kX3b9_RtQm0aZ7wE",
                     *         "name": "Ana",
                     *         "color": "#0f766e"
                     *       },
                     *       "text": "¡Hola! 👋",
                     *       "replyTo": null,
                     *       "mentions": [],
                     *       "reactions": [
                     *         {
                     *           "emoji": "👍",
                     *           "userIds": [
                     *             "kX3b9_RtQm0aZ7wE"
                     *           ]
                     *         }
                     *       ],
                     *       "files": [],
                     *       "clientMsgId": null,
                     *       "createdAt": "2026-11-20T18:30:00.000Z",
                     *       "editedAt": null,
                     *       "deletedAt": null
                     *     }
                     */
                    "application/json": components["schemas"]["Message"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["FileNotFoundOrMessageNotFoundOrRoomNotFound"];
            409: components["responses"]["IdempotencyMismatch"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
                /**
                 * @description An event's number in its room's log: 1, 2, 3 … without hole or repeat
                 * @example 42
                 */
                seq: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "roomId": "kX3b9_RtQm0aZ7wE",
                     *       "seq": 42,
                     *       "author": {
                     *         "id": "kX3b9_RtQm0aZ7wE",
                     *         "name": "Ana",
                     *         "color": "#0f766e"
                     *       },
                     *       "text": "¡Hola! 👋",
                     *       "replyTo": null,
                     *       "mentions": [],
                     *       "reactions": [
                     *         {
                     *           "emoji": "👍",
                     *           "userIds": [
                     *             "kX3b9_RtQm0aZ7wE"
                     *           ]
                     *         }
                     *       ],
                     *       "files": [],
                     *       "clientMsgId": null,
                     *       "createdAt": "2026-11-20T18:30:00.000Z",
                     *       "editedAt": null,
                     *       "deletedAt": null
                     *     }
                     */
                    "application/json": components["schemas"]["Message"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["MessageNotFoundOrRoomNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
                /**
                 * @description An event's number in its room's log: 1, 2, 3 … without hole or repeat
                 * @example 42
                 */
                seq: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message was deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["MessageNotFoundOrRoomNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    editMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
                /**
                 * @description An event's number in its room's log: 1, 2, 3 … without hole or repeat
                 * @example 42
                 */
                seq: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "text": "¡Hola! 👋"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Any Unicode except NUL and lone surrogates, with something visible; delivered exactly as sent
                     * @example ¡Hola! 👋
                     */
                    text: string;
                };
            };
        };
        responses: {
            /** @description The message after the edit */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "roomId": "kX3b9_RtQm0aZ7wE",
                     *       "seq": 42,
                     *       "author": {
                     *         "id": "kX3b9_RtQm0aZ7wE",
                     *         "name": "Ana",
                     *         "color": "#0f766e"
                     *       },
                     *       "text": "¡Hola! 👋",
                     *       "replyTo": null,
                     *       "mentions": [],
                     *       "reactions": [
                     *         {
                     *           "emoji": "👍",
                     *           "userIds": [
                     *             "kX3b9_RtQm0aZ7wE"
                     *           ]
                     *         }
                     *       ],
                     *       "files": [],
                     *       "clientMsgId": null,
                     *       "createdAt": "2026-11-20T18:30:00.000Z",
                     *       "editedAt": null,
                     *       "deletedAt": null
                     *     }
                     */
                    "application/json": components["schemas"]["Message"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["MessageNotFoundOrRoomNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    addReaction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
                /**
                 * @description An event's number in its room's log: 1, 2, 3 … without hole or repeat
                 * @example 42
                 */
                seq: number;
                /**
                 * @description One emoji (UTS #51, RGI); variation selectors do not matter
                 * @example 👍
                 */
                emoji: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The reaction was added */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrQuotaExceeded"];
            404: components["responses"]["MessageNotFoundOrRoomNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    removeReaction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
                /**
                 * @description An event's number in its room's log: 1, 2, 3 … without hole or repeat
                 * @example 42
                 */
                seq: number;
                /**
                 * @description One emoji (UTS #51, RGI); variation selectors do not matter
                 * @example 👍
                 */
                emoji: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The reaction was removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["MessageNotFoundOrRoomNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @example 41 */
                after?: number;
                limit?: number;
            };
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events, sorted by seq */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "events": [
                     *         {
                     *           "type": "room.created",
                     *           "roomId": "kX3b9_RtQm0aZ7wE",
                     *           "seq": 42,
                     *           "at": "2026-11-20T18:30:00.000Z",
                     *           "actor": {
                     *             "id": "kX3b9_RtQm0aZ7wE",
                     *             "name": "Ana",
                     *             "color": "#0f766e"
                     *           },
                     *           "room": {
                     *             "id": "kX3b9_RtQm0aZ7wE",
                     *             "kind": "public",
                     *             "name": "Kitchen",
                     *             "topic": "What is for lunch?",
                     *             "slowModeSeconds": 0
                     *           }
                     *         }
                     *       ],
                     *       "head": 42
                     *     }
                     */
                    "application/json": {
                        events: (components["schemas"]["RoomCreated"] | components["schemas"]["RoomUpdated"] | components["schemas"]["MessageCreated"] | components["schemas"]["MessageEdited"] | components["schemas"]["MessageDeleted"] | components["schemas"]["ReactionAdded"] | components["schemas"]["ReactionRemoved"] | components["schemas"]["MemberJoined"] | components["schemas"]["MemberLeft"] | components["schemas"]["MemberUpdated"])[];
                        /** @example 42 */
                        head: number;
                    };
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["RoomNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    readStream: {
        parameters: {
            query?: {
                /**
                 * @description Read after this: the last `Stream-Next-Offset`, `-1` for the beginning (the default), or `now` for the end
                 * @example -1
                 */
                offset?: string;
                /** @description How to wait for what comes next; without it, a read ends at once */
                live?: "long-poll" | "sse";
                /**
                 * @description The last `Stream-Cursor`
                 * @example 3360542
                 */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events, sorted by seq */
            200: {
                headers: {
                    /** @description The offset of the next read */
                    "stream-next-offset"?: string;
                    /** @description There was nothing more when the response was made */
                    "stream-up-to-date"?: "true";
                    /** @description The `cursor` of the next read */
                    "stream-cursor"?: string;
                    /** @description For `If-None-Match` */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "type": "room.created",
                     *         "roomId": "kX3b9_RtQm0aZ7wE",
                     *         "seq": 42,
                     *         "at": "2026-11-20T18:30:00.000Z",
                     *         "actor": {
                     *           "id": "kX3b9_RtQm0aZ7wE",
                     *           "name": "Ana",
                     *           "color": "#0f766e"
                     *         },
                     *         "room": {
                     *           "id": "kX3b9_RtQm0aZ7wE",
                     *           "kind": "public",
                     *           "name": "Kitchen",
                     *           "topic": "What is for lunch?",
                     *           "slowModeSeconds": 0
                     *         }
                     *       }
                     *     ]
                     */
                    "application/json": (components["schemas"]["RoomCreated"] | components["schemas"]["RoomUpdated"] | components["schemas"]["MessageCreated"] | components["schemas"]["MessageEdited"] | components["schemas"]["MessageDeleted"] | components["schemas"]["ReactionAdded"] | components["schemas"]["ReactionRemoved"] | components["schemas"]["MemberJoined"] | components["schemas"]["MemberLeft"] | components["schemas"]["MemberUpdated"])[];
                    /**
                     * @example event: control
                     *     data: {"streamNextOffset":"…","upToDate":true}
                     */
                    "text/event-stream": string;
                };
            };
            /** @description No event has come while the poll waited */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The client has these events already (`If-None-Match`) */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["RoomNotFound"];
            /** @description This log has no such offset */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "statusCode": 410,
                     *       "code": "validation_failed",
                     *       "error": "Gone",
                     *       "message": "This log has no such offset",
                     *       "details": [
                     *         {
                     *           "path": "",
                     *           "message": "This log has no such offset"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    downloadFile: {
        parameters: {
            query?: {
                /** @description What `POST /files/{fileId}/link` has put into a URL: replaces the token */
                link?: string;
            };
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                fileId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example the bytes of the file */
                    "*/*": string;
                };
            };
            /** @description The part of it that `Range` names */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example the bytes of the file */
                    "*/*": string;
                };
            };
            /** @description The client has it already: `If-None-Match` names its ETag */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["FileNotFound"];
            /** @description There are no such bytes */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "statusCode": 416,
                     *       "code": "validation_failed",
                     *       "error": "Range Not Satisfiable",
                     *       "message": "There are no such bytes",
                     *       "details": [
                     *         {
                     *           "path": "",
                     *           "message": "There are no such bytes"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                fileId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file is deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["FileNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    downloadThumbnail: {
        parameters: {
            query?: {
                /** @description What `POST /files/{fileId}/link` has put into a URL: replaces the token */
                link?: string;
            };
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                fileId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The thumbnail */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example the bytes of the file */
                    "image/webp": string;
                };
            };
            /** @description The part of it that `Range` names */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example the bytes of the file */
                    "image/webp": string;
                };
            };
            /** @description The client has it already: `If-None-Match` names its ETag */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["FileNotFound"];
            /** @description There are no such bytes */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "statusCode": 416,
                     *       "code": "validation_failed",
                     *       "error": "Range Not Satisfiable",
                     *       "message": "There are no such bytes",
                     *       "details": [
                     *         {
                     *           "path": "",
                     *           "message": "There are no such bytes"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Error"];
                };
            };
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createFileLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                fileId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The links */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "url": "/files/kX3b9_RtQm0aZ7wE?link=mj4k0h3c.kX3b9_RtQm0aZ7wE.Vb2pQ9s0LmNx4c1Y.AtzGz0wXc1Qn5P3vXkzq8mE2d4sR7uJ1oLhB6tYfWgI",
                     *       "thumbnailUrl": "/files/kX3b9_RtQm0aZ7wE/thumbnail?link=mj4k0h3c.kX3b9_RtQm0aZ7wE.Vb2pQ9s0LmNx4c1Y.AtzGz0wXc1Qn5P3vXkzq8mE2d4sR7uJ1oLhB6tYfWgI",
                     *       "expiresAt": "2026-11-20T18:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["FileLink"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["FileNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    uploadFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "file": "the bytes of the file"
                 *     }
                 */
                "multipart/form-data": {
                    /**
                     * Format: binary
                     * @example the bytes of the file
                     */
                    file: string;
                };
            };
        };
        responses: {
            /** @description The file was stored */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "kX3b9_RtQm0aZ7wE",
                     *       "name": "cat.jpg",
                     *       "type": "image/jpeg",
                     *       "size": 48211,
                     *       "width": 1600,
                     *       "height": 1200,
                     *       "alt": null,
                     *       "createdAt": "2026-11-20T18:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["File"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrQuotaExceeded"];
            404: components["responses"]["RoomNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createOutgoingHook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://ci.example.org/charla",
                 *       "events": [
                 *         "message.created"
                 *       ]
                 *     }
                 */
                "application/json": {
                    /**
                     * @description The https URL of the receiver, on the public internet
                     * @example https://ci.example.org/charla
                     */
                    url: string;
                    /**
                     * @description The types of events that are sent; all, where it is not given
                     * @example [
                     *       "message.created",
                     *       "message.edited",
                     *       "message.deleted"
                     *     ]
                     */
                    events?: ("room.created" | "room.updated" | "message.created" | "message.edited" | "message.deleted" | "reaction.added" | "reaction.removed" | "member.joined" | "member.left" | "member.updated")[] | null;
                };
            };
        };
        responses: {
            /** @description The hook, with its secret */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "kX3b9_RtQm0aZ7wE",
                     *       "url": "https://ci.example.org/charla",
                     *       "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
                     *     }
                     */
                    "application/json": components["schemas"]["NewOutgoingHook"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrQuotaExceeded"];
            404: components["responses"]["RoomNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listHooks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The hooks, oldest first, without their secrets */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "hooks": [
                     *         {
                     *           "id": "kX3b9_RtQm0aZ7wE",
                     *           "kind": "outgoing",
                     *           "url": "https://ci.example.org/charla",
                     *           "events": [
                     *             "message.created"
                     *           ],
                     *           "createdBy": "kX3b9_RtQm0aZ7wE",
                     *           "createdAt": "2026-11-20T18:30:00.000Z",
                     *           "state": "active",
                     *           "nextAttemptAt": null,
                     *           "lastAnswer": {
                     *             "at": "2026-11-20T18:30:00.000Z",
                     *             "status": 200,
                     *             "error": null,
                     *             "reason": null
                     *           },
                     *           "behind": {
                     *             "events": 0,
                     *             "since": null
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        hooks: (components["schemas"]["OutgoingHook"] | components["schemas"]["IncomingHook"])[];
                    };
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["RoomNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    resumeHook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
                /** @example kX3b9_RtQm0aZ7wE */
                hookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The hook is tried at once */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFoundOrRoomNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteHook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
                /** @example kX3b9_RtQm0aZ7wE */
                hookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The hook is deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFoundOrRoomNotFound"];
            409: components["responses"]["LastOwner"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    searchMessages: {
        parameters: {
            query: {
                /**
                 * @description Words that a message must have, at most 40 different ones; the last may be incomplete
                 * @example lunch
                 */
                q: string;
                /** @example kX3b9_RtQm0aZ7wE */
                roomId?: string;
                /** @description `nextCursor` of the previous page */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of results */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "message": {
                     *             "roomId": "kX3b9_RtQm0aZ7wE",
                     *             "seq": 42,
                     *             "author": {
                     *               "id": "kX3b9_RtQm0aZ7wE",
                     *               "name": "Ana",
                     *               "color": "#0f766e"
                     *             },
                     *             "text": "¡Hola! 👋",
                     *             "replyTo": null,
                     *             "mentions": [],
                     *             "reactions": [
                     *               {
                     *                 "emoji": "👍",
                     *                 "userIds": [
                     *                   "kX3b9_RtQm0aZ7wE"
                     *                 ]
                     *               }
                     *             ],
                     *             "files": [],
                     *             "clientMsgId": null,
                     *             "createdAt": "2026-11-20T18:30:00.000Z",
                     *             "editedAt": null,
                     *             "deletedAt": null
                     *           },
                     *           "room": {
                     *             "id": "kX3b9_RtQm0aZ7wE",
                     *             "kind": "public",
                     *             "name": "Kitchen",
                     *             "topic": "What is for lunch?",
                     *             "slowModeSeconds": 0
                     *           },
                     *           "snippet": [
                     *             {
                     *               "text": "what is for ",
                     *               "match": false
                     *             },
                     *             {
                     *               "text": "lunch",
                     *               "match": true
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": {
                        results: components["schemas"]["SearchResult"][];
                        /**
                         * @description Pass it as `cursor` to get the next page; null on the last page
                         * @example null
                         */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["RoomNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createIncomingHook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example kX3b9_RtQm0aZ7wE */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Grafana"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Of the bot that posts; if it is taken, a number follows (`Grafana 2`)
                     * @example Grafana
                     */
                    name: string;
                };
            };
        };
        responses: {
            /** @description The webhook and its URL */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "kind": "incoming",
                     *       "id": "kX3b9_RtQm0aZ7wE",
                     *       "name": "Grafana",
                     *       "botId": "kX3b9_RtQm0aZ7wE",
                     *       "createdBy": "kX3b9_RtQm0aZ7wE",
                     *       "createdAt": "2026-11-20T18:30:00.000Z",
                     *       "lastUsedAt": "2026-11-20T18:30:00.000Z",
                     *       "url": "https://chat.example.org/hooks/Zk3vX9q2LmN0b7RtYw5pQe8sUaHdJfGc"
                     *     }
                     */
                    "application/json": components["schemas"]["NewIncomingHook"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrQuotaExceeded"];
            404: components["responses"]["RoomNotFound"];
            409: components["responses"]["NameTaken"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    postToHook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The end of the URL
                 * @example Zk3vX9q2LmN0b7RtYw5pQe8sUaHdJfGc
                 */
                secret: string;
            };
            cookie?: never;
        };
        /** @description A payload for an incoming webhook of Slack, as JSON or as the form field `payload`. Other fields of Slack are ignored. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "text": "Build 42 has passed"
                 *     }
                 */
                "application/json": {
                    /** @example Build 42 has passed */
                    text?: string | null;
                    /**
                     * @description Identifies the message for its sender in its room: a repeated send stores it only once
                     * @example 7f1c2e0a-first
                     */
                    clientMsgId?: string | null;
                    blocks?: unknown[] | null;
                    attachments?: unknown[] | null;
                };
                /**
                 * @example {
                 *       "text": "Build 42 has passed"
                 *     }
                 */
                "application/x-www-form-urlencoded": {
                    /** @example Build 42 has passed */
                    text?: string | null;
                    /**
                     * @description Identifies the message for its sender in its room: a repeated send stores it only once
                     * @example 7f1c2e0a-first
                     */
                    clientMsgId?: string | null;
                    blocks?: unknown[] | null;
                    attachments?: unknown[] | null;
                };
            };
        };
        responses: {
            /** @description The message is stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example ok */
                    "text/plain": string;
                };
            };
            400: components["responses"]["ValidationFailed"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFoundOrRoomNotFound"];
            409: components["responses"]["IdempotencyMismatch"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getPushKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "publicKey": "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"
                     *     }
                     */
                    "application/json": components["schemas"]["PushKey"];
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    putPushSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "endpoint": "https://push.example.org/send/7Zk2c9",
                 *       "expirationTime": null,
                 *       "keys": {
                 *         "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
                 *         "auth": "BTBZMqHH6r4Tts7J_aSIgg"
                 *       }
                 *     }
                 */
                "application/json": {
                    /**
                     * @description The https URL of a push service, on the public internet
                     * @example https://push.example.org/send/7Zk2c9
                     */
                    endpoint: string;
                    /** @description Milliseconds since 1970 */
                    expirationTime?: number | null;
                    keys: {
                        /** @description The public key of the browser: 65 bytes in base64url */
                        p256dh: string;
                        /** @description The secret of the browser: 16 bytes in base64url */
                        auth: string;
                    };
                };
            };
        };
        responses: {
            /** @description The browser is notified from now on */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deletePushSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "endpoint": "https://push.example.org/send/7Zk2c9"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description The https URL of a push service, on the public internet
                     * @example https://push.example.org/send/7Zk2c9
                     */
                    endpoint: string;
                };
            };
        };
        responses: {
            /** @description The browser is not notified */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["Unauthorized"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process is alive */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": {
                        /**
                         * @example ok
                         * @enum {string}
                         */
                        status: "ok";
                    };
                };
            };
            400: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The server is ready */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": {
                        /**
                         * @example ok
                         * @enum {string}
                         */
                        status: "ok";
                    };
                };
            };
            400: components["responses"]["ValidationFailed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ShuttingDownOrUnavailable"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example # HELP charla_rooms_open Rooms that somebody reads on this node
                     *     # TYPE charla_rooms_open gauge
                     *     charla_rooms_open 3
                     */
                    "text/plain": string;
                };
            };
            400: components["responses"]["ValidationFailed"];
            401: components["responses"]["TokenInvalidOrTokenMissing"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
}
