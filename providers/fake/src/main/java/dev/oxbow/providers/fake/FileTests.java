package dev.oxbow.providers.fake;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code test} and {@code [}. */
final class FileTests {
    private FileTests() {}

    static boolean check(MemoryTask task, List<String> words) {
        List<String> args = new ArrayList<>(words);
        if (!args.isEmpty() && args.getLast().equals("]")) {
            args.removeLast();
        }
        if (!args.isEmpty() && args.getFirst().equals("!")) {
            return !check(task, args.subList(1, args.size()));
        }
        return switch (args.size()) {
            case 1 -> !args.getFirst().isEmpty();
            case 2 -> unary(task, args.getFirst(), args.get(1));
            case 3 -> binary(args.getFirst(), args.get(1), args.get(2));
            default -> false;
        };
    }

    private static boolean unary(MemoryTask task, String operator, String operand) {
        Optional<Node> node = task.machine().paths().find(task.cwd(), operand);
        return switch (operator) {
            case "-e" -> node.isPresent();
            case "-f" -> node.orElse(null) instanceof Node.File;
            case "-d" -> node.orElse(null) instanceof Node.Directory;
            case "-x" -> node.isPresent() && (node.get().mode() & 0111) != 0;
            case "-n" -> !operand.isEmpty();
            case "-z" -> operand.isEmpty();
            default -> false;
        };
    }

    private static boolean binary(String left, String operator, String right) {
        return switch (operator) {
            case "=" -> left.equals(right);
            case "!=" -> !left.equals(right);
            case "-eq" -> Long.parseLong(left) == Long.parseLong(right);
            case "-ne" -> Long.parseLong(left) != Long.parseLong(right);
            case "-lt" -> Long.parseLong(left) < Long.parseLong(right);
            case "-gt" -> Long.parseLong(left) > Long.parseLong(right);
            case "-le" -> Long.parseLong(left) <= Long.parseLong(right);
            case "-ge" -> Long.parseLong(left) >= Long.parseLong(right);
            default -> false;
        };
    }
}
