package dev.oxbow.vault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.vault.AccessToken.Family;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTokenTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "oxp_test_4bDZfN",
                "oxt_test_1ljPfr",
                "oxt_rotated_1lKvCA",
                "oxp_a_b6CVb",
                "oxp_bk_oGjm",
                "oxp_tsa_2hW",
                "oxp_cngh_o8",
                "oxp_0123456789abcdefghijABCDEFGHIJ_3GmfZt"
            })
    void vectorsThatAreRight(String token) {
        assertThat(AccessToken.parse(token)).map(AccessToken::value).contains(token);
        assertThat(Credential.from(token).orElseThrow().isMistyped()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"oxp_test_4bDZfX", "oxp_test_4bDZf", "oxp_test_4bdzfn", "oxt_test_4bDZfN"})
    void vectorsThatAreWrong(String token) {
        assertThat(AccessToken.parse(token)).isEmpty();
        assertThat(Credential.from(token).orElseThrow().isMistyped()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"oxp_", "oxp__", "oxp", "oxt_x", ""})
    void piecesAreNone(String text) {
        assertThat(AccessToken.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"eyJhbGciOi.x.y", "opaque", "ghp_something"})
    void otherShapesAreLeftToTheServer(String text) {
        assertThat(Credential.from(text).orElseThrow().isMistyped()).isFalse();
        assertThat(AccessToken.parse(text)).isEmpty();
    }

    @Test
    void aFamilyIsKnownByItsPrefix() {
        assertThat(AccessToken.parse("oxt_test_1ljPfr"))
                .map(AccessToken::family)
                .contains(Family.TEAM);
        assertThat(AccessToken.of(Family.PERSONAL, "test").value()).isEqualTo("oxp_test_4bDZfN");
    }

    @ParameterizedTest
    @CsvSource({
        "'  oxp_a_b6CVb ', oxp_a_b6CVb",
        "'\"oxp_a_b6CVb\"', oxp_a_b6CVb",
        "'Bearer oxp_a_b6CVb', oxp_a_b6CVb",
        "'BEARER   oxp_a_b6CVb', oxp_a_b6CVb",
        "'\"bearer oxp_a_b6CVb\"', oxp_a_b6CVb",
        "'\"oxp_a_b6CVb', '\"oxp_a_b6CVb'"
    })
    void whatWasCopiedAlongIsTakenOff(String given, String value) {
        assertThat(Credential.from(given)).map(Credential::value).contains(value);
    }

    @Test
    void singleQuotesComeOffToo() {
        assertThat(Credential.from("'oxp_a_b6CVb'")).map(Credential::value).contains("oxp_a_b6CVb");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\"\"", "bearer ", "''"})
    void nothingIsNoCredential(String given) {
        assertThat(Credential.from(given)).isEmpty();
    }

    @Test
    void noneIsEverPrinted() {
        assertThat(AccessToken.parse("oxp_test_4bDZfN").orElseThrow())
                .hasToString("oxp_… (15 characters)");
        assertThat(Credential.from("oxp_test_4bDZfN").orElseThrow())
                .hasToString("oxp_… (15 characters)");
        assertThat(Credential.from("opaque").orElseThrow()).hasToString("… (6 characters)");
    }
}
