package dev.oxbow.base;

import static dev.oxbow.base.VendorRules.bounded;

import java.util.List;
import java.util.Locale;

/** Secrets of no particular issuer: told by how they are carried or by what they are called. */
final class ShapeRules {
    private ShapeRules() {}

    static List<RedactionRule> all() {
        return List.of(
                bounded(
                        "jwt_token",
                        "JWT",
                        "eyj",
                        "eyJ[A-Za-z0-9_-]{10,4096}\\.eyJ[A-Za-z0-9_-]{10,8192}\\.[A-Za-z0-9_-]{10,2048}"),
                RedactionRule.of(
                                "connection_string",
                                "CONNECTION_PASSWORD",
                                "postgres:// postgresql:// mysql:// mariadb:// mongodb://"
                                    + " mongodb+srv:// redis:// rediss:// amqp:// amqps:// mssql://"
                                    + " sqlserver:// clickhouse:// cockroachdb://",
                                "(?i:[a-z+]{5,14})://[^\\s/:@\"'\\\\]{0,128}:([^\\s/@\"'\\\\]{1,256})@")
                        .where(Hint.USER_INFO)
                        .onlyIf(SecretText::literal),
                RedactionRule.of(
                                "url_with_password",
                                "URL_PASSWORD",
                                "https:// http:// ssh:// ftp:// ftps:// ws:// wss:// git://",
                                "(?i:[a-z]{2,5})://[^\\s/:@\"'\\\\]{0,128}:([^\\s/@\"'\\\\]{1,256})@")
                        .where(Hint.USER_INFO)
                        .onlyIf(SecretText::literal),
                RedactionRule.of(
                                "url_with_token",
                                "URL_PASSWORD",
                                "https://",
                                "(?i:https)://([A-Za-z0-9_-]{20,256})(?::x-oauth-basic)?@")
                        .where(Hint.USER_INFO)
                        .onlyIf(SecretText::mixed),
                RedactionRule.of(
                                "authorization_bearer",
                                "BEARER_TOKEN",
                                "authorization",
                                "(?i)authorization"
                                        + SecretText.GIVEN
                                        + "(?:bearer|token)[ \\t]{1,4}([A-Za-z0-9._~+/=-]{8,4096})")
                        .where(Hint.GIVEN)
                        .onlyIf(SecretText::literal),
                RedactionRule.of(
                                "bearer",
                                "BEARER_TOKEN",
                                "bearer",
                                "(?i)bearer[ \\t]{1,4}([A-Za-z0-9._~+/=-]{20,4096})")
                        .onlyIf(SecretText::mixed)
                        .onlyIf(SecretText::literal),
                RedactionRule.of(
                                "authorization_basic",
                                "BASIC_AUTH",
                                "authorization",
                                "(?i)authorization"
                                        + SecretText.GIVEN
                                        + "basic[ \\t]{1,4}([A-Za-z0-9+/=_-]{6,1024})")
                        .where(Hint.GIVEN)
                        .onlyIf(SecretText::literal),
                RedactionRule.of(
                                "key_header",
                                "API_KEY",
                                "x-api-key x-goog-api-key",
                                "(?i)x-(?:goog-)?api-key"
                                        + SecretText.GIVEN
                                        + "([A-Za-z0-9_+/=.~-]{8,512})")
                        .where(Hint.GIVEN)
                        .onlyIf(SecretText::literal)
                        .onlyIf(SecretText::varied),
                RedactionRule.of(
                                "query_key",
                                "API_KEY",
                                "?key= &key=",
                                "[?&]key=([A-Za-z0-9_-]{20,256})")
                        .onlyIf(SecretText::mixed),
                assignment("export_secret", "secret"),
                assignment("env_token", "token"),
                assignment("env_password", "password passwd"),
                assignment("env_key", "api_key private_key access_key signing_key encryption_key"),
                generic("generic_api_key", "API_KEY", "api_key apikey api-key access_key", 20),
                generic("generic_token", "TOKEN", "token", 20),
                generic("generic_secret", "SECRET", "secret", 16),
                RedactionRule.of(
                                "generic_password",
                                "PASSWORD",
                                "password passwd passphrase pwd",
                                "(?i:password|passwd|passphrase|pwd)[A-Za-z0-9_-]{0,20}"
                                        + "[\"'\\\\]{0,7}[ \\t]{0,8}(?:=>|:=|==?|:)[ \\t]{0,8}"
                                        + "[\\\\]{0,6}[\"']([^\"'\\\\\\s]{8,256})[\\\\\"']")
                        .where(Hint.GIVEN)
                        .onlyIf(SecretText::literal)
                        .onlyIf(SecretText::varied));
    }

    /** {@code NAME_OF_SECRET=value} as shells and dotenv files write it. */
    private static RedactionRule assignment(String name, String words) {
        return RedactionRule.of(
                        name,
                        "ENV_SECRET",
                        words,
                        "(?:"
                                + words.toUpperCase(Locale.ROOT).replace(' ', '|')
                                + ")[A-Z0-9_]{0,30}=[\"'\\\\]{0,7}([^\\s\"'\\\\;&|]{8,512})")
                .where(Hint.GIVEN)
                .onlyIf(SecretText::literal)
                .onlyIf(value ->
                        SecretText.mixed(value)
                                || (value.length() >= 16 && SecretText.varied(value)));
    }

    /** A long random value given to a telling name. */
    private static RedactionRule generic(String name, String label, String words, int shortest) {
        return RedactionRule.of(
                        name,
                        label,
                        words,
                        "(?i:"
                                + words.replace(' ', '|')
                                + ")[A-Za-z0-9_-]{0,20}"
                                + SecretText.GIVEN
                                + "([A-Za-z0-9_+/=.~-]{"
                                + shortest
                                + ",512})(?![A-Za-z0-9_(])")
                .where(Hint.GIVEN)
                .onlyIf(SecretText::literal)
                .onlyIf(SecretText::mixed);
    }
}
