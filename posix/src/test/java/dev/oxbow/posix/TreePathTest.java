package dev.oxbow.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreePathTest {
    @ParameterizedTest
    @ValueSource(strings = {"/a", "a/", "a//b", ".", "..", "a/..", "../a", "a/./b", "a\0b", "/"})
    void refusesWhatCouldLeaveTheTree(String text) {
        assertThatThrownBy(() -> TreePath.of(text))
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.PATH_ESCAPE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"...", ".a", "a..", "..a", " ", "\n", "a b", "-rf", "C:\\x"})
    void takesOddNames(String text) {
        assertThat(TreePath.of(text).components()).hasSize(1);
    }

    @Test
    void theRootIsEmptyAndItsOwnParent() {
        assertThat(TreePath.of("")).isEqualTo(TreePath.ROOT);
        assertThat(TreePath.ROOT.isRoot()).isTrue();
        assertThat(TreePath.ROOT.parent()).isEqualTo(TreePath.ROOT);
        assertThat(TreePath.ROOT.components()).isEmpty();
        assertThat(TreePath.ROOT.name()).isEmpty();
    }

    @Test
    void showsControlCharactersAndBytesThatAreNoText() {
        assertThat(TreePath.of("a\n\u202e\\ü").toString()).isEqualTo("a\\u{a}\\u{202e}\\u{5c}ü");
        assertThat(TreePath.of(new byte[] {'a', (byte) 0xff, '\n'}).toString())
                .isEqualTo("a\\xff\\x0a");
    }

    @Test
    void whateverTheBytesAPathIsRefusedOrKeepsThem() {
        Random random = new Random(7);
        byte[] alphabet = {'.', '/', 0, 'a', (byte) 0xc3, (byte) 0xa9, '\n', '.', '/'};
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(9)];
            for (int j = 0; j < bytes.length; j++) {
                bytes[j] = alphabet[random.nextInt(alphabet.length)];
            }
            List<byte[]> parts = split(bytes);
            boolean good =
                    bytes.length == 0
                            || parts.stream()
                                    .noneMatch(p ->
                                            p.length == 0
                                                    || Arrays.equals(p, new byte[] {'.'})
                                                    || Arrays.equals(p, new byte[] {'.', '.'})
                                                    || contains(p, 0));
            if (!good) {
                assertThatThrownBy(() -> TreePath.of(bytes)).isInstanceOf(OxException.class);
                continue;
            }
            TreePath path = TreePath.of(bytes);
            assertThat(path.bytes()).isEqualTo(bytes);
            TreePath rebuilt = TreePath.ROOT;
            for (byte[] part : path.components()) {
                assertThat(path.startsWith(rebuilt)).isTrue();
                TreePath parent = rebuilt;
                rebuilt = rebuilt.resolve(part);
                assertThat(rebuilt.parent()).isEqualTo(parent);
                assertThat(rebuilt.name()).isEqualTo(part);
            }
            assertThat(rebuilt).isEqualTo(path).hasSameHashCodeAs(path);
        }
    }

    @Test
    void orderIsThatOfUnsignedBytes() {
        List<TreePath> paths =
                new ArrayList<>(
                        List.of(
                                TreePath.of(new byte[] {(byte) 0xff}),
                                TreePath.of("a/b"),
                                TreePath.of("a-b"),
                                TreePath.of("a"),
                                TreePath.ROOT,
                                TreePath.of("ab")));
        paths.sort(null);
        assertThat(paths)
                .extracting(TreePath::toString)
                .containsExactly("", "a", "a-b", "a/b", "ab", "\\xff");
    }

    @Test
    void aPrefixIsAnAncestorOnlyAtAComponentBorder() {
        assertThat(TreePath.of("ab").startsWith(TreePath.of("a"))).isFalse();
        assertThat(TreePath.of("a/b").startsWith(TreePath.of("a"))).isTrue();
        assertThat(TreePath.of("a").startsWith(TreePath.of("a/b"))).isFalse();
    }

    private static List<byte[]> split(byte[] bytes) {
        List<byte[]> parts = new ArrayList<>();
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        for (byte b : bytes) {
            if (b == '/') {
                parts.add(part.toByteArray());
                part.reset();
            } else {
                part.write(b);
            }
        }
        parts.add(part.toByteArray());
        return parts;
    }

    private static boolean contains(byte[] bytes, int wanted) {
        for (byte b : bytes) {
            if (b == wanted) {
                return true;
            }
        }
        return false;
    }
}
