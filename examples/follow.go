// Follows a room: CHARLA=http://localhost:3000 TOKEN=... ROOM=... go run follow.go
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"time"
)

func main() {
	client := http.Client{Timeout: time.Minute}
	for {
		offset, err := os.ReadFile("follow.offset") // where to continue after a restart
		if err != nil {
			offset = []byte("-1")
		}
		query := url.Values{"live": {"long-poll"}, "offset": {string(offset)}}
		address := os.Getenv("CHARLA") + "/streams/rooms/" + os.Getenv("ROOM") + "?" + query.Encode()
		request, err := http.NewRequest("GET", address, nil)
		if err != nil {
			log.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+os.Getenv("TOKEN"))
		page, err := client.Do(request)
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		events, err := io.ReadAll(page.Body)
		page.Body.Close()
		if err != nil || page.StatusCode >= 429 {
			time.Sleep(time.Second)
			continue
		}
		if page.StatusCode >= 400 {
			log.Fatal(string(events))
		}
		if page.StatusCode == 200 {
			fmt.Println(string(events)) // a JSON list of events
		}
		next := page.Header.Get("Stream-Next-Offset")
		if err := os.WriteFile("follow.offset", []byte(next), 0o600); err != nil {
			log.Fatal(err)
		}
	}
}
