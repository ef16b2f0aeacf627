package dev.oxbow.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.OxException;
import java.net.InetAddress;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EgressRuleTest {
    @Test
    void readsWhatPeopleWrite() {
        assertThat(EgressRule.parse("Registry.NPMjs.org"))
                .isEqualTo(new EgressRule("registry.npmjs.org", 443, false));
        assertThat(EgressRule.parse("example.com:8080").port()).isEqualTo(8080);
        assertThat(EgressRule.parse("*.example.com").host()).isEqualTo("*.example.com");
        assertThat(EgressRule.parse("localhost:3000").local()).isTrue();
        assertThat(EgressRule.parse("[::1]:80")).hasToString("[0:0:0:0:0:0:0:1]:80");
        assertThat(EgressRule.parse("example.com")).hasToString("example.com");
        assertThat(EgressPolicy.parse("none")).isEqualTo(EgressPolicy.DENY_ALL);
        assertThat(EgressPolicy.parse("a.b, c.d:80,a.b").rules())
                .containsExactly(EgressRule.of("a.b", 443), EgressRule.of("c.d", 80));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "a b",
                "*",
                "*.com",
                "*.*.com",
                "a.*.com",
                "http://a.b",
                "a.b:0",
                "a.b:70000",
                "a.b:x",
                "a.b:",
                "1.2.3",
                "0x7f000001",
                "user@a.b",
                "a.b.",
                "a.b/c"
            })
    void refusesWhatIsNoHost(String text) {
        assertThatThrownBy(() -> EgressPolicy.parse(text))
                .isInstanceOf(OxException.class)
                .hasMessageContaining("cannot be allowed");
    }

    @Test
    void letsAModelOfThisMachineBeReachedButNoPublicNameBecomePrivate() {
        assertThat(model("http://127.0.0.1:8123/v1"))
                .isEqualTo(new EgressRule("127.0.0.1", 8123, true));
        assertThat(model("http://localhost:8123").local()).isTrue();
        assertThat(model("http://gpu.office.lan/v1"))
                .isEqualTo(new EgressRule("gpu.office.lan", 80, true));
        assertThat(model("https://api.openai.com/v1"))
                .isEqualTo(new EgressRule("api.openai.com", 443, false));
        assertThat(model("https://gpu:8443/v1").local()).isTrue();
        assertThatThrownBy(() -> model("ftp://a.b/")).isInstanceOf(OxException.class);
        assertThatThrownBy(() -> model("model")).isInstanceOf(OxException.class);
    }

    private static EgressRule model(String url) {
        return EgressRule.forModel(URI.create(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.1.2.3",
                "10.1.2.3",
                "100.64.0.1",
                "127.9.9.9",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.1",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.1.1",
                "198.18.0.1",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "fe80::1",
                "fec0::1",
                "fc00::1",
                "fd00:ec2::254",
                "ff02::1",
                "64:ff9b::7f00:1",
                "2002:7f00:1::",
                "2001::1",
                "2001:db8::1",
                "3fff::1",
                "::7f00:1"
            })
    void knowsAddressesThatAreNotPublic(String address) {
        assertThat(Addresses.isPublic(InetAddress.ofLiteral(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1", "2a00:1450::1"})
    void knowsPublicAddresses(String address) {
        assertThat(Addresses.isPublic(InetAddress.ofLiteral(address))).isTrue();
        assertThat(Addresses.isLocal(InetAddress.ofLiteral(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.0.0.1", "192.168.0.1", "172.20.0.1", "::1", "fd12::1"})
    void knowsLocalAddresses(String address) {
        assertThat(Addresses.isLocal(InetAddress.ofLiteral(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"169.254.169.254", "fd00:ec2::254", "224.0.0.1", "0.0.0.0", "fe80::1"})
    void neverCountsMetadataOrTheLikeAsLocal(String address) {
        assertThat(Addresses.isLocal(InetAddress.ofLiteral(address))).isFalse();
    }
}
