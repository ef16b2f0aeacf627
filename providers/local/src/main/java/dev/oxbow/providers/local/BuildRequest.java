package dev.oxbow.providers.local;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a builder of walls is told: fields in, bytes out, as {@code launcher.pl} reads them.
 *
 * @param folder of the sandbox
 * @param uid host user to become first; empty to stay the caller
 * @param ownUsers whether the walls stand in a user namespace
 * @param staging folders to be made reachable for that user first
 * @param files where the writable tree comes from
 * @param words the command line that builds the walls, {@link BubblewrapCommand#argv}
 */
record BuildRequest(
        Path folder,
        Optional<Integer> uid,
        boolean ownUsers,
        Staging staging,
        FilesPlan files,
        List<String> words) {

    BuildRequest {
        words = List.copyOf(words);
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
        put(out, "folder", folder.toString());
        put(out, "uid", uid.map(Object::toString).orElse(""));
        put(out, "users", ownUsers ? "1" : "");
        staging.words().forEach(word -> put(out, "stage", word));
        switch (files) {
            // Named in the words.
            case FilesPlan.Plain _ -> put(out, "files", "plain");
        }
        words.forEach(word -> put(out, "arg", word));
        return out.toByteArray();
    }

    private static void put(ByteArrayOutputStream out, String key, String value) {
        out.writeBytes((key + "\0" + value + "\0").getBytes(StandardCharsets.UTF_8));
    }
}
