package dev.oxbow.providers.fake;

import dev.oxbow.base.ByteSize;
import dev.oxbow.posix.Entry;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A copy of files in memory, which nobody changes.
 *
 * @param rooms directory of the sandbox → its content
 */
record MemoryImage(Map<String, Node.Directory> rooms) implements Place.Image {
    MemoryImage {
        rooms = new LinkedHashMap<>(rooms);
    }

    @Override
    public ByteSize bytes() {
        return new ByteSize(rooms.values().stream().mapToLong(MemoryImage::sum).sum());
    }

    private static long sum(Node node) {
        return node instanceof Node.Directory directory
                ? directory.names().values().stream().mapToLong(MemoryImage::sum).sum()
                : node.kind() == Entry.Kind.FILE ? node.size() : 0;
    }

    @Override
    public void remove() {
        // Memory goes with the last who knows it.
    }
}
