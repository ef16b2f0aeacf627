package dev.oxbow.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class RedactorTest {
    private static final String SECRET = "s3cr3t/Value+with=\"quotes\"";

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.oxbow.base.SecretSamples#all")
    void everyKindOfSecretIsReplacedByItsClass(SecretSamples.Sample sample) {
        String redacted = Redactor.standard().redact("before " + sample.text() + " after");

        assertThat(redacted)
                .contains("[REDACTED_" + sample.label() + "]")
                .doesNotContain(sample.secret())
                .startsWith("before ")
                .endsWith(" after");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.oxbow.base.SecretSamples#all")
    void everyKindIsFoundInsideJson(SecretSamples.Sample sample) {
        String line = Json.write(Map.of("text", "first\n" + sample.text() + "\tlast"));

        assertThat(Redactor.standard().redact(line)).doesNotContain(sample.secret());
        JsonNode tree = Redactor.standard().redact(Json.tree(line));
        assertThat(tree.get("text").stringValue())
                .doesNotContain(sample.secret())
                .startsWith("first\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.oxbow.base.SecretSamples#all")
    void twiceChangesNothing(SecretSamples.Sample sample) {
        String once = Redactor.standard().redact(sample.text());

        assertThat(Redactor.standard().redact(once)).isEqualTo(once);
    }

    @ParameterizedTest
    @MethodSource("dev.oxbow.base.SecretSamples#harmless")
    void whatIsNoSecretStays(String text) {
        assertThat(Redactor.standard().redact(text)).isEqualTo(text);
    }

    @Test
    void everyRuleHasASample() {
        List<String> names =
                Stream.of(VendorRules.all(), ServiceRules.all(), ShapeRules.all())
                        .flatMap(List::stream)
                        .map(RedactionRule::name)
                        .toList();

        assertThat(SecretSamples.all()).extracting(SecretSamples.Sample::rule).containsAll(names);
        assertThat(names).doesNotHaveDuplicates();
    }

    @Test
    void aKnownValueIsFoundInItsUsualEncodings() {
        Redactor redactor = Redactor.knowing(List.of(SECRET));
        String base64 =
                Base64.getEncoder()
                        .encodeToString(("user:" + SECRET).getBytes(StandardCharsets.UTF_8));
        List<String> spellings =
                List.of(
                        SECRET,
                        Json.write(SECRET),
                        Json.write(Json.write(SECRET)),
                        URLEncoder.encode(SECRET, StandardCharsets.UTF_8),
                        Base64.getEncoder().encodeToString(SECRET.getBytes(StandardCharsets.UTF_8)),
                        Base64.getUrlEncoder()
                                .encodeToString(SECRET.getBytes(StandardCharsets.UTF_8)),
                        base64);

        assertThat(spellings)
                .allSatisfy(
                        text -> assertThat(redactor.redact(text)).contains("[REDACTED_SECRET]"));
        assertThat(redactor.redact("x" + SECRET + SECRET + "y"))
                .isEqualTo("x[REDACTED_SECRET][REDACTED_SECRET]y");
    }

    @Test
    void aKnownValueWinsOverItsShape() {
        String key = "ghp_" + "a1".repeat(18);

        assertThat(Redactor.knowing(List.of(key)).redact("k " + key))
                .isEqualTo("k [REDACTED_SECRET]");
    }

    @Test
    void aKnownKeyOfSeveralLinesIsFoundLineByLine() {
        String key = "A1b2C3d4E5f6G7h8I9j0\nK1l2M3n4O5p6Q7r8S9t0\n";

        assertThat(Redactor.knowing(List.of(key)).redact("a\nK1l2M3n4O5p6Q7r8S9t0\nb"))
                .isEqualTo("a\n[REDACTED_SECRET]\nb");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "REDACTED", "[REDACTED_SECRET]", "SECRET"})
    void valuesThatWouldBreakTheTextAreNotTakenAsSecrets(String value) {
        String text = "abc REDACTED SECRET [REDACTED_SECRET]";

        assertThat(Redactor.knowing(List.of(value)).redact(text)).isEqualTo(text);
    }

    @Test
    void aValueIsJudgedTogetherWithItsFieldName() {
        JsonNode tree =
                Json.tree(
                        """
                        {"password":"hunter2-and-more","count":3,"list":["plain"],\
                        "nested":{"apiKey":"abcdefghij0123456789"}}\
                        """);

        assertThat(Redactor.standard().redact(tree).toString())
                .isEqualTo(
                        """
                        {"password":"[REDACTED_PASSWORD]","count":3,"list":["plain"],\
                        "nested":{"apiKey":"[REDACTED_API_KEY]"}}\
                        """);
    }

    @Test
    void aPrivateKeyGoesAsAWhole() {
        String text = "start\n" + SecretSamples.PRIVATE_KEY + "\nend\n";

        assertThat(Redactor.standard().redact(text))
                .isEqualTo("start\n[REDACTED_PRIVATE_KEY]\nend\n");
    }

    @Test
    void aPrivateKeyInADiffOrCutShortGoesToo() {
        String diff = SecretSamples.PRIVATE_KEY.replaceAll("(?m)^", "+");
        String cut = SecretSamples.PRIVATE_KEY.substring(0, 150);

        assertThat(Redactor.standard().redact(diff)).doesNotContain("MIIE").doesNotContain("wJal");
        assertThat(Redactor.standard().redact(cut + "\nThis is prose, it stays.\n"))
                .isEqualTo("[REDACTED_PRIVATE_KEY]\nThis is prose, it stays.\n");
    }

    @Test
    void environmentSecretsAreThoseThatAreNamedAndLookLikeOne() {
        Map<String, String> environment =
                Map.of(
                        "MODEL_API_KEY", "abcdef0123456789",
                        "KEYBOARD", "us",
                        "TOKEN_FILE", "/etc/secrets/token-1",
                        "SECRET_NAME", "productionword",
                        "HOME", "/home/Someone0123456");

        assertThat(Redactor.secretsOf(environment)).containsExactly("abcdef0123456789");
    }
}
