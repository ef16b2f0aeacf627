package dev.oxbow.base;

import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Made-up secrets of every kind, put together at run time so that no scanner takes them for real.
 */
final class SecretSamples {
    private static final String LETTERS_AND_DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final String HEX = "0123456789abcdef";

    static final String PRIVATE_KEY =
            """
            -----BEGIN RSA %s-----
            Proc-Type: 4,ENCRYPTED

            MIIEpAIBAAKCAQEA0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL
            wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY0123456789abcdefghijklmn
            AbCd==
            -----END RSA %<s-----\
            """
                    .formatted("PRIVATE KEY");

    /** One secret in its usual surroundings. */
    record Sample(String rule, String label, String text, String secret) {
        Sample followedBy(String after) {
            return new Sample(rule, label, text + after, secret);
        }

        @Override
        public String toString() {
            return rule;
        }
    }

    private final String a24;
    private final String a36;
    private final String hex32;
    private final String uuid;

    private SecretSamples(String a24, String a36, String hex32, String uuid) {
        this.a24 = a24;
        this.a36 = a36;
        this.hex32 = hex32;
        this.uuid = uuid;
    }

    private static SecretSamples plain() {
        return new SecretSamples(
                "a1B2c3D4e5F6g7H8i9J0k1L2",
                "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
                HEX.repeat(2),
                "12345678-9abc-4def-8123-456789abcdef");
    }

    /** One of each kind, always the same. */
    static List<Sample> all() {
        return plain().samples();
    }

    /** One of each kind, with other characters. */
    static List<Sample> random(Random random) {
        String start = text(random, LETTERS_AND_DIGITS, 24);
        return new SecretSamples(
                        start,
                        start + text(random, LETTERS_AND_DIGITS, 12),
                        text(random, HEX, 32),
                        new UUID(random.nextLong(), random.nextLong()).toString())
                .samples();
    }

    private static String text(Random random, String alphabet, int length) {
        return random.ints(length, 0, alphabet.length())
                .mapToObj(i -> alphabet.substring(i, i + 1))
                .collect(Collectors.joining());
    }

    private List<Sample> samples() {
        return Stream.of(own(), services(), shapes()).flatMap(s -> s).toList();
    }

    private Stream<Sample> own() {
        String aws40 = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKE";
        return Stream.of(
                bare("ox_token", "OX_TOKEN", "oxp_" + "test_4bDZfN"),
                bare("ox_token", "OX_TOKEN", "oxt_" + "rotated_1lKvCA"),
                bare("ox_token", "OX_TOKEN", "oxt_" + a36 + "_zzz"),
                bare("ox_placeholder", "OX_TOKEN", "oxph_" + a24),
                bare("ox_sandbox_token", "OX_TOKEN", "oxes_" + a24),
                bare("sageox_api_key", "API_KEY", "mk_" + a24),
                bare("agentx_key", "API_KEY", "axk_" + a36),
                given("sox_share_session", "SESSION_COOKIE", "Cookie: sox_share_session=", a24),
                bare("aws_access_key", "AWS_KEY", "AKIA" + "IOSFODNN7EXAMPLE"),
                bare("aws_sts_session_key", "AWS_KEY", "ASIA" + "IOSFODNN7EXAMPLE"),
                given("aws_secret_key", "AWS_SECRET", "aws_secret_access_key = ", aws40),
                given("aws_session_token", "AWS_SECRET", "aws_session_token=", aws40 + aws40),
                bare("gcp_api_key", "GCP_KEY", "AIza" + a36.substring(1)),
                bare("gcp_oauth_token", "GCP_KEY", "ya29." + a36),
                bare("gcp_oauth_secret", "GCP_KEY", "GOCSPX-" + a24),
                given("azure_subscription_key", "AZURE_KEY", "Ocp-Apim-Subscription-Key: ", hex32),
                bare("digitalocean_pat", "DIGITALOCEAN_TOKEN", "dop_v1_" + hex32 + hex32),
                given(
                        "cloudflare_api_token",
                        "CLOUDFLARE_TOKEN",
                        "CLOUDFLARE_API_TOKEN=",
                        a36 + "_-9Z"),
                given("heroku_key", "HEROKU_KEY", "HEROKU_API_KEY=", uuid),
                bare("github_token", "GITHUB_TOKEN", "ghp_" + a36),
                bare("github_token", "GITHUB_TOKEN", "ghr_" + a36 + a36 + "abcd"),
                bare("github_pat", "GITHUB_TOKEN", "github_pat_" + a36 + "_" + a36 + "abcdefghi"),
                bare("gitlab_token", "GITLAB_TOKEN", "glpat-" + a24),
                bare("gitlab_token", "GITLAB_TOKEN", "glrt-" + a24.substring(8)),
                bare("bitbucket_token", "BITBUCKET_TOKEN", "ATBB" + a36),
                bare("anthropic_api_key", "ANTHROPIC_KEY", "sk-ant-" + "api03-" + a36),
                bare("openai_project_key", "OPENAI_KEY", "sk-proj-" + a36),
                bare("openrouter_api_key", "OPENROUTER_KEY", "sk-or-v1-" + hex32 + hex32),
                bare("openai_api_key", "OPENAI_KEY", "sk-" + a36),
                given("cohere_api_key", "COHERE_KEY", "COHERE_API_KEY: ", a36 + "s9T0"),
                bare("huggingface_token", "HUGGINGFACE_TOKEN", "hf_" + "aBcDeFgHiJ".repeat(4)),
                bare("groq_api_key", "GROQ_KEY", "gsk_" + a36),
                bare("xai_api_key", "XAI_KEY", "xai-" + a36));
    }

    private Stream<Sample> services() {
        return Stream.of(
                bare("slack_token", "SLACK_TOKEN", "xoxb-" + "123456789012-" + a24),
                given(
                        "slack_webhook_url",
                        "SLACK_WEBHOOK",
                        "https://hooks.slack.com/services/",
                        "T0000/B0000/" + a24),
                bare("stripe_key", "STRIPE_KEY", "sk_live_" + a24),
                bare("stripe_webhook", "STRIPE_KEY", "whsec_" + a24),
                bare("twilio_key", "TWILIO_KEY", "SK" + hex32),
                given("twilio_auth_token", "TWILIO_KEY", "TWILIO_AUTH: ", hex32),
                bare("sendgrid_key", "SENDGRID_KEY", "SG." + a24 + "." + a36),
                given("mailchimp_key", "MAILCHIMP_KEY", "mailchimp = ", hex32 + "-us12"),
                bare("mailgun_api_key", "MAILGUN_KEY", "key-" + hex32),
                bare("npm_token", "NPM_TOKEN", "npm_" + a36),
                given("npm_auth_token", "NPM_TOKEN", "//registry.example/:_authToken=", a24),
                bare("pypi_token", "PYPI_TOKEN", "pypi-" + "AgEI" + a36 + a36),
                bare("rubygems_api_key", "RUBYGEMS_KEY", "rubygems_" + hex32 + hex32.substring(16)),
                given("datadog", "DATADOG_KEY", "DD_API=", hex32),
                bare("sentry", "SENTRY_TOKEN", "sntrys_" + a36 + a36),
                given("sentry_auth", "SENTRY_TOKEN", "SENTRY_AUTH: ", hex32 + hex32),
                bare("newrelic", "NEWRELIC_KEY", "NRAK-" + "A1B2C3D4E5F6G7H8I9J0K1L2M3N"),
                bare("grafana", "GRAFANA_TOKEN", "glsa_" + a24 + "m3N4o5P6" + "_0a1b2c3d"),
                bare("vault", "VAULT_TOKEN", "hvs." + a36),
                bare("doppler", "DOPPLER_TOKEN", "dp.st." + "prd." + a36),
                bare("shopify", "SHOPIFY_TOKEN", "shpat_" + hex32),
                bare("square", "SQUARE_TOKEN", "sq0atp-" + a24),
                bare("linear", "LINEAR_KEY", "lin_api_" + a36 + "abcd"),
                bare("notion", "NOTION_TOKEN", "secret_" + a36 + "abcdefg"),
                bare("postman", "POSTMAN_KEY", "PMAK-" + hex32.substring(8) + "-" + hex32 + "ab"),
                given("discord", "DISCORD_TOKEN", "discord bot: ", a24 + ".abcdef." + a36),
                given(
                        "discord_webhook",
                        "DISCORD_TOKEN",
                        "https://discord.example/api/webhooks/",
                        "123456789012345678/" + a36),
                bare("dropbox", "DROPBOX_TOKEN", "sl." + a36 + a36 + a36),
                bare("airtable", "AIRTABLE_TOKEN", "pat" + "a1B2c3D4e5F6g7." + hex32 + hex32),
                bare("planetscale", "PLANETSCALE_TOKEN", "pscale_tkn_" + a36),
                given("snyk", "SNYK_TOKEN", "SNYK=", uuid),
                bare("netlify", "NETLIFY_TOKEN", "nfp_" + a36),
                given("netlify_named", "NETLIFY_TOKEN", "netlify: ", a36 + "a1B2c3D4"),
                bare("vercel", "VERCEL_TOKEN", "vcp_" + a24),
                given("vercel_named", "VERCEL_TOKEN", "VERCEL: ", a24),
                given("algolia", "ALGOLIA_KEY", "algolia: ", hex32),
                given("circleci", "CIRCLECI_TOKEN", "circleci: ", hex32 + "01234567"));
    }

    private Stream<Sample> shapes() {
        String jwt = "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0." + a36;
        return Stream.of(
                bare("jwt_token", "JWT", jwt),
                given("connection_string", "CONNECTION_PASSWORD", "postgres://app:", "p4ssw0rd")
                        .followedBy("@db.example:5432/app"),
                given("url_with_password", "URL_PASSWORD", "https://user:", "p4ssw0rd")
                        .followedBy("@example.org/x"),
                given("url_with_token", "URL_PASSWORD", "https://", a24).followedBy("@example.org"),
                given(
                        "authorization_bearer",
                        "BEARER_TOKEN",
                        "Authorization: Bearer ",
                        "short-one"),
                given("bearer", "BEARER_TOKEN", "curl with Bearer ", a24),
                given("authorization_basic", "BASIC_AUTH", "authorization: Basic ", "dXNlcjpwYXNz"),
                given("key_header", "API_KEY", "x-api-key: ", "abc12345"),
                given("query_key", "API_KEY", "https://example.org/v1?key=", a24),
                given("export_secret", "ENV_SECRET", "export APP_SECRET=", "abc-12345"),
                given("env_token", "ENV_SECRET", "APP_TOKEN=", "abc-12345"),
                given("env_password", "ENV_SECRET", "DB_PASSWORD=", "abc-12345"),
                given("env_key", "ENV_SECRET", "SOME_API_KEY=", "abc-12345"),
                given("generic_api_key", "API_KEY", "apiKey: \"", a24).followedBy("\""),
                given("generic_token", "TOKEN", "\"accessToken\": \"", a24).followedBy("\""),
                given("generic_secret", "SECRET", "client_secret = ", "a1B2c3D4e5F6g7H8"),
                given("generic_password", "PASSWORD", "password = '", "p4ss,w0rd!")
                        .followedBy("'"));
    }

    private static Sample bare(String rule, String label, String secret) {
        return new Sample(rule, label, secret, secret);
    }

    private static Sample given(String rule, String label, String before, String secret) {
        return new Sample(rule, label, before + secret, secret);
    }

    static List<String> harmless() {
        return List.of(
                "commit 3f3187b0c4d2e1f09a8b7c6d5e4f3a2b1c0d9e8f",
                "oid sha256:" + HEX.repeat(4),
                "session oxsid_01jd8k2m3n4p5q6r7s8t9v0w1x of"
                        + " repo_12345678-9abc-4def-8123-456789abcdef",
                "run_01jd8k2m3n4p5q6r7s8t9v0w1x sbx_01jd8k2m3n4p5q6r7s8t9v0w1x",
                "12345678-9abc-4def-8123-456789abcdef",
                "max_tokens = 4096, total_tokens: 1234567890",
                "const token = getTokenFromEnvironment1();",
                "password: \"********\"",
                "password = \"${DB_PASSWORD}\"",
                "token: <your-token-goes-here-1234567890>",
                "https://x-access-token:[REDACTED_GITHUB_TOKEN]@github.com/a/b",
                "https://github.com/a/b:main@v1 is no login",
                "ssh git@github.com:owner/repository.git",
                "a task-list, risk-assessment-and-mitigation-plan2026, disk-usage-of-every-node1",
                "the private key is -----BEGIN in a text",
                "KEYBOARD_LAYOUT=us-intl SECRET_PATH=/run/secrets/one1",
                "box_token foxt_parser monkey_patching_is_discouraged_here_1",
                "secret: see https://example.org/docs/secrets-of-the-deep-1",
                "Bearer of good news and many-hyphenated-words-without-digits",
                "npm_config_registry npm_package_json npm_lifecycle_event npm_lifecycle_script",
                "[REDACTED_OPENAI_KEY] [REDACTED_SECRET]");
    }
}
