// Follows a room: CHARLA=http://localhost:3000 TOKEN=... ROOM=... java Follow.java
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.time.Duration;

class Follow {
  public static void main(String[] args) throws Exception {
    var client = HttpClient.newHttpClient();
    var env = System.getenv();
    var place = Path.of("follow.offset"); // where to continue after a restart
    while (true) {
      var offset = Files.exists(place) ? Files.readString(place) : "-1";
      var query = "?live=long-poll&offset=" + URLEncoder.encode(offset, StandardCharsets.UTF_8);
      var url = env.get("CHARLA") + "/streams/rooms/" + env.get("ROOM") + query;
      var request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofMinutes(1))
          .header("Authorization", "Bearer " + env.get("TOKEN")).build();
      try {
        var page = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (page.statusCode() >= 429) throw new IOException("Too busy, or stopping");
        if (page.statusCode() >= 400) throw new IllegalStateException(new String(page.body()));
        if (page.statusCode() == 200) {
          System.out.write(page.body()); // a JSON list of events, as it is: in UTF-8
          System.out.println();
        }
        Files.writeString(place, page.headers().firstValue("Stream-Next-Offset").get());
      } catch (IOException away) {
        Thread.sleep(1000);
      }
    }
  }
}
