package dev.oxbow.testing;

import com.sun.net.httpserver.HttpExchange;
import dev.oxbow.base.Json;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Writes one answer. A cut is made by failing before the body is complete. */
final class Answer {
    private final HttpExchange http;

    Answer(HttpExchange http) {
        this.http = http;
    }

    void empty(int status) throws IOException {
        http.sendResponseHeaders(status, -1);
        http.close();
    }

    void json(int status, Object body) throws IOException {
        byte[] bytes = Json.write(body).getBytes(StandardCharsets.UTF_8);
        http.getResponseHeaders().set("Content-Type", "application/json");
        boolean bodyless = http.getRequestMethod().equals("HEAD");
        http.sendResponseHeaders(status, bodyless ? -1 : bytes.length);
        if (!bodyless) {
            http.getResponseBody().write(bytes);
        }
        http.close();
    }

    void whole(Object body, Turn turn) throws IOException {
        byte[] bytes = Json.write(body).getBytes(StandardCharsets.UTF_8);
        for (Step.Hang hang : turn.all(Step.Hang.class).toList()) {
            sleep(hang.duration());
        }
        http.getResponseHeaders().set("Content-Type", "application/json");
        http.sendResponseHeaders(200, bytes.length);
        write(bytes, new long[] {byteLimit(turn).orElse(Long.MAX_VALUE)});
        http.close();
    }

    void stream(List<Part> parts, Turn turn) throws IOException {
        http.getResponseHeaders().set("Content-Type", "text/event-stream");
        http.getResponseHeaders().set("Cache-Control", "no-cache");
        http.sendResponseHeaders(200, 0);
        long[] bytesLeft = {byteLimit(turn).orElse(Long.MAX_VALUE)};
        long framesLeft = frameLimit(turn).orElse(Long.MAX_VALUE);
        for (Part part : parts) {
            switch (part) {
                case Part.Wait wait -> {
                    http.getResponseBody().flush();
                    sleep(wait.duration());
                }
                case Part.Frame frame -> {
                    if (framesLeft-- == 0) {
                        cut();
                    }
                    write(frame.bytes(), bytesLeft);
                }
            }
        }
        http.close();
    }

    private void write(byte[] bytes, long[] left) throws IOException {
        OutputStream out = http.getResponseBody();
        int count = (int) Math.min(bytes.length, left[0]);
        out.write(bytes, 0, count);
        left[0] -= count;
        if (count < bytes.length) {
            cut();
        }
    }

    private void cut() throws IOException {
        http.getResponseBody().flush();
        throw new IOException("cut by the script");
    }

    private static Optional<Long> byteLimit(Turn turn) {
        return turn.all(Step.CutAfterBytes.class).map(Step.CutAfterBytes::bytes).findFirst();
    }

    private static Optional<Long> frameLimit(Turn turn) {
        return turn.all(Step.CutAfterFrames.class).map(cut -> (long) cut.frames()).findFirst();
    }

    private static void sleep(Duration duration) throws IOException {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the server is closing");
        }
    }
}
