package dev.oxbow.providers.local;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One layer that says what several say together.
 *
 * @param name its name
 * @param layers those that it was made of, topmost first, as they lay on each other
 * @param bottom whether nothing lay below them, so that it hides nothing of what it is laid over
 */
record JoinedLayer(String name, List<String> layers, boolean bottom) {
    JoinedLayer {
        layers = List.copyOf(layers);
    }

    /** The list with this one in their place; as it is if they are not in it one after another. */
    List<String> in(List<String> stack) {
        int at = Collections.indexOfSubList(stack, layers);
        int end = at + layers.size();
        if (at < 0 || (bottom && end < stack.size())) {
            return stack;
        }
        List<String> shorter = new ArrayList<>(stack.subList(0, at));
        shorter.add(name);
        shorter.addAll(stack.subList(end, stack.size()));
        return shorter;
    }

    /** Whether {@link #in} would change it. */
    boolean replacesSomeOf(List<String> stack) {
        return !in(stack).equals(stack);
    }
}
