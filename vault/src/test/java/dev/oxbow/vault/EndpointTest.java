package dev.oxbow.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.OxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

    @ParameterizedTest
    @CsvSource({
        "https://api.sageox.ai, https://sageox.ai, sageox.ai",
        "https://API.SageOx.ai/, https://sageox.ai, sageox.ai",
        "https://www.sageox.ai//, https://sageox.ai, sageox.ai",
        "https://app.example.com:8443/base/, https://example.com:8443/base, example.com",
        "https://git.example.com, https://example.com, example.com",
        "https://api.app.example.com, https://app.example.com, app.example.com",
        "http://127.0.0.1:8080, http://localhost:8080, localhost",
        "http://localhost:8080/, http://localhost:8080, localhost",
        "http://[::1]:8080, http://localhost:8080, localhost"
    })
    void oneServerHasOneIdentity(String given, String identity, String slug) {
        Endpoint endpoint = Endpoint.of(given, false);
        assertThat(endpoint.identity()).isEqualTo(identity);
        assertThat(endpoint.slug()).isEqualTo(slug);
    }

    @Test
    void portSchemeAndPathTellServersApart() {
        Endpoint one = Endpoint.of("https://api.example.com", false);
        assertThat(one.isSame(Endpoint.of("https://example.com/", false))).isTrue();
        assertThat(one.isSame(Endpoint.of("https://example.com:444", false))).isFalse();
        assertThat(one.isSame(Endpoint.of("http://example.com", true))).isFalse();
        assertThat(one.isSame(Endpoint.of("https://example.com/other", false))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://example.com", "http://10.0.0.1:80", "http://localhost.evil.com"})
    void noTokenGoesOverTheNetInClear(String given) {
        assertThatThrownBy(() -> Endpoint.of(given, false))
                .isInstanceOf(OxException.class)
                .hasMessageContaining("http sends the token in clear");
        assertThat(Endpoint.of(given, true).url()).hasToString(given);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sageox.ai",
                "ftp://sageox.ai",
                "https://",
                "https:///path",
                "https://a b",
                "https://user:secret@sageox.ai",
                "https://sageox.ai?x=1",
                "https://sageox.ai#x"
            })
    void whatIsNoServerIsRefused(String given) {
        assertThatThrownBy(() -> Endpoint.of(given, false))
                .isInstanceOf(OxException.class)
                .message()
                .doesNotContain("secret", "\n");
    }
}
