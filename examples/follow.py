# Follows a room: CHARLA=http://localhost:3000 TOKEN=... ROOM=... python3 follow.py
import http.client, os, pathlib, time, urllib.error, urllib.parse, urllib.request

place = pathlib.Path("follow.offset")  # where to continue after a restart
while True:
    offset = place.read_text() if place.exists() else "-1"
    query = urllib.parse.urlencode({"live": "long-poll", "offset": offset})
    url = f"{os.environ['CHARLA']}/streams/rooms/{os.environ['ROOM']}?{query}"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {os.environ['TOKEN']}"})
    try:
        with urllib.request.urlopen(request, timeout=60) as page:
            if page.status == 200:
                print(page.read().decode(), flush=True)  # a JSON list of events
            place.write_text(page.headers["Stream-Next-Offset"])
    except (OSError, http.client.HTTPException) as error:
        if isinstance(error, urllib.error.HTTPError) and error.code < 429:
            raise  # the token is no longer good, or the room is gone
        time.sleep(1)
