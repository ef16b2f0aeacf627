package dev.oxbow.providers.local;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What somebody who works on layers is told: fields in, bytes out, as {@code layers.pl} reads them.
 *
 * @param what to do
 * @param root whether we are root over all owners
 * @param top folder of the layer, or of the sandbox, that takes what is written
 * @param lowers folders of the layers below it, topmost first
 * @param uid owner that all of them are shown as; empty to show them as they are
 * @param more fields of one kind of work
 */
record LayerRequest(
        What what,
        boolean root,
        Path top,
        List<Path> lowers,
        Optional<Integer> uid,
        Map<String, String> more) {

    /** Kinds of work. */
    enum What {
        /** Put the layers in the place of the files that a holder shows. */
        ATTACH,
        /** Show them to us for a moment. */
        VIEW,
        /** Copy what has changed in the top. */
        DELTA,
        /** Make the top of what all others say together. */
        JOIN,
        /** See whether this machine can. */
        PROBE
    }

    LayerRequest {
        lowers = List.copyOf(lowers);
        more = new TreeMap<>(more);
    }

    /**
     * As they are sent.
     *
     * @param id of the question: whoever is so late that he finds another one leaves it alone
     */
    byte[] bytes(String id) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        put(out, "id", id);
        put(out, "what", what.name().toLowerCase(java.util.Locale.ROOT));
        put(out, "root", root ? "1" : "");
        put(out, "top", top.toString());
        lowers.forEach(low -> put(out, "low", low.toString()));
        put(out, "uid", uid.map(Object::toString).orElse(""));
        more.forEach((key, value) -> put(out, key, value));
        return out.toByteArray();
    }

    private static void put(ByteArrayOutputStream out, String key, String value) {
        out.writeBytes((key + "\0" + value + "\0").getBytes(StandardCharsets.UTF_8));
    }
}
