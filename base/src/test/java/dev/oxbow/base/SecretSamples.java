package dev.oxbow.base;

import java.util.List;
import java.util.stream.Stream;

/**
 * Made-up secrets of every kind, put together at run time so that no scanner takes them for real.
 */
final class SecretSamples {
    private static final String A24 = "a1B2c3D4e5F6g7H8i9J0k1L2";
    private static final String A36 = A24 + "m3N4o5P6q7R8";
    private static final String HEX32 = "0123456789abcdef".repeat(2);
    private static final String UUID = "12345678-9abc-4def-8123-456789abcdef";

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

    private SecretSamples() {}

    static List<Sample> all() {
        return Stream.of(own(), services(), shapes()).flatMap(s -> s).toList();
    }

    private static Stream<Sample> own() {
        String aws40 = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKE";
        return Stream.of(
                bare("ox_token", "OX_TOKEN", "oxp_" + "test_4bDZfN"),
                bare("ox_token", "OX_TOKEN", "oxt_" + "rotated_1lKvCA"),
                bare("ox_token", "OX_TOKEN", "oxt_" + A36 + "_zzz"),
                bare("ox_placeholder", "OX_TOKEN", "oxph_" + A24),
                bare("ox_sandbox_token", "OX_TOKEN", "oxes_" + A24),
                bare("sageox_api_key", "API_KEY", "mk_" + A24),
                bare("agentx_key", "API_KEY", "axk_" + A36),
                given("sox_share_session", "SESSION_COOKIE", "Cookie: sox_share_session=", A24),
                bare("aws_access_key", "AWS_KEY", "AKIA" + "IOSFODNN7EXAMPLE"),
                bare("aws_sts_session_key", "AWS_KEY", "ASIA" + "IOSFODNN7EXAMPLE"),
                given("aws_secret_key", "AWS_SECRET", "aws_secret_access_key = ", aws40),
                given("aws_session_token", "AWS_SECRET", "aws_session_token=", aws40 + aws40),
                bare("gcp_api_key", "GCP_KEY", "AIza" + A36.substring(1)),
                bare("gcp_oauth_token", "GCP_KEY", "ya29." + A36),
                bare("gcp_oauth_secret", "GCP_KEY", "GOCSPX-" + A24),
                given("azure_subscription_key", "AZURE_KEY", "Ocp-Apim-Subscription-Key: ", HEX32),
                bare("digitalocean_pat", "DIGITALOCEAN_TOKEN", "dop_v1_" + HEX32 + HEX32),
                given(
                        "cloudflare_api_token",
                        "CLOUDFLARE_TOKEN",
                        "CLOUDFLARE_API_TOKEN=",
                        A36 + "_-9Z"),
                given("heroku_key", "HEROKU_KEY", "HEROKU_API_KEY=", UUID),
                bare("github_token", "GITHUB_TOKEN", "ghp_" + A36),
                bare("github_token", "GITHUB_TOKEN", "ghr_" + A36 + A36 + "abcd"),
                bare("github_pat", "GITHUB_TOKEN", "github_pat_" + A36 + "_" + A36 + "abcdefghi"),
                bare("gitlab_token", "GITLAB_TOKEN", "glpat-" + A24),
                bare("gitlab_token", "GITLAB_TOKEN", "glrt-" + A24.substring(8)),
                bare("bitbucket_token", "BITBUCKET_TOKEN", "ATBB" + A36),
                bare("anthropic_api_key", "ANTHROPIC_KEY", "sk-ant-" + "api03-" + A36),
                bare("openai_project_key", "OPENAI_KEY", "sk-proj-" + A36),
                bare("openrouter_api_key", "OPENROUTER_KEY", "sk-or-v1-" + HEX32 + HEX32),
                bare("openai_api_key", "OPENAI_KEY", "sk-" + A36),
                given("cohere_api_key", "COHERE_KEY", "COHERE_API_KEY: ", A36 + "s9T0"),
                bare("huggingface_token", "HUGGINGFACE_TOKEN", "hf_" + "aBcDeFgHiJ".repeat(4)),
                bare("groq_api_key", "GROQ_KEY", "gsk_" + A36),
                bare("xai_api_key", "XAI_KEY", "xai-" + A36));
    }

    private static Stream<Sample> services() {
        return Stream.of(
                bare("slack_token", "SLACK_TOKEN", "xoxb-" + "123456789012-" + A24),
                given(
                        "slack_webhook_url",
                        "SLACK_WEBHOOK",
                        "https://hooks.slack.com/services/",
                        "T0000/B0000/" + A24),
                bare("stripe_key", "STRIPE_KEY", "sk_live_" + A24),
                bare("stripe_webhook", "STRIPE_KEY", "whsec_" + A24),
                bare("twilio_key", "TWILIO_KEY", "SK" + HEX32),
                given("twilio_auth_token", "TWILIO_KEY", "TWILIO_AUTH: ", HEX32),
                bare("sendgrid_key", "SENDGRID_KEY", "SG." + A24 + "." + A36),
                given("mailchimp_key", "MAILCHIMP_KEY", "mailchimp = ", HEX32 + "-us12"),
                bare("mailgun_api_key", "MAILGUN_KEY", "key-" + HEX32),
                bare("npm_token", "NPM_TOKEN", "npm_" + A36),
                given("npm_auth_token", "NPM_TOKEN", "//registry.example/:_authToken=", A24),
                bare("pypi_token", "PYPI_TOKEN", "pypi-" + "AgEI" + A36 + A36),
                bare("rubygems_api_key", "RUBYGEMS_KEY", "rubygems_" + HEX32 + HEX32.substring(16)),
                given("datadog", "DATADOG_KEY", "DD_API=", HEX32),
                bare("sentry", "SENTRY_TOKEN", "sntrys_" + A36 + A36),
                given("sentry_auth", "SENTRY_TOKEN", "SENTRY_AUTH: ", HEX32 + HEX32),
                bare("newrelic", "NEWRELIC_KEY", "NRAK-" + "A1B2C3D4E5F6G7H8I9J0K1L2M3N"),
                bare("grafana", "GRAFANA_TOKEN", "glsa_" + A24 + "m3N4o5P6" + "_0a1b2c3d"),
                bare("vault", "VAULT_TOKEN", "hvs." + A36),
                bare("doppler", "DOPPLER_TOKEN", "dp.st." + "prd." + A36),
                bare("shopify", "SHOPIFY_TOKEN", "shpat_" + HEX32),
                bare("square", "SQUARE_TOKEN", "sq0atp-" + A24),
                bare("linear", "LINEAR_KEY", "lin_api_" + A36 + "abcd"),
                bare("notion", "NOTION_TOKEN", "secret_" + A36 + "abcdefg"),
                bare("postman", "POSTMAN_KEY", "PMAK-" + HEX32.substring(8) + "-" + HEX32 + "ab"),
                given("discord", "DISCORD_TOKEN", "discord bot: ", A24 + ".abcdef." + A36),
                given(
                        "discord_webhook",
                        "DISCORD_TOKEN",
                        "https://discord.example/api/webhooks/",
                        "123456789012345678/" + A36),
                bare("dropbox", "DROPBOX_TOKEN", "sl." + A36 + A36 + A36),
                bare("airtable", "AIRTABLE_TOKEN", "pat" + "a1B2c3D4e5F6g7." + HEX32 + HEX32),
                bare("planetscale", "PLANETSCALE_TOKEN", "pscale_tkn_" + A36),
                given("snyk", "SNYK_TOKEN", "SNYK=", UUID),
                bare("netlify", "NETLIFY_TOKEN", "nfp_" + A36),
                given("netlify_named", "NETLIFY_TOKEN", "netlify: ", A36 + "a1B2c3D4"),
                bare("vercel", "VERCEL_TOKEN", "vcp_" + A24),
                given("vercel_named", "VERCEL_TOKEN", "VERCEL: ", A24),
                given("algolia", "ALGOLIA_KEY", "algolia: ", HEX32),
                given("circleci", "CIRCLECI_TOKEN", "circleci: ", HEX32 + "01234567"));
    }

    private static Stream<Sample> shapes() {
        String jwt = "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0." + A36;
        return Stream.of(
                bare("jwt_token", "JWT", jwt),
                given("connection_string", "CONNECTION_PASSWORD", "postgres://app:", "p4ssw0rd")
                        .followedBy("@db.example:5432/app"),
                given("url_with_password", "URL_PASSWORD", "https://user:", "p4ssw0rd")
                        .followedBy("@example.org/x"),
                given("url_with_token", "URL_PASSWORD", "https://", A24).followedBy("@example.org"),
                given(
                        "authorization_bearer",
                        "BEARER_TOKEN",
                        "Authorization: Bearer ",
                        "short-one"),
                given("bearer", "BEARER_TOKEN", "curl with Bearer ", A24),
                given("authorization_basic", "BASIC_AUTH", "authorization: Basic ", "dXNlcjpwYXNz"),
                given("key_header", "API_KEY", "x-api-key: ", "abc12345"),
                given("query_key", "API_KEY", "https://example.org/v1?key=", A24),
                given("export_secret", "ENV_SECRET", "export APP_SECRET=", "abc-12345"),
                given("env_token", "ENV_SECRET", "APP_TOKEN=", "abc-12345"),
                given("env_password", "ENV_SECRET", "DB_PASSWORD=", "abc-12345"),
                given("env_key", "ENV_SECRET", "SOME_API_KEY=", "abc-12345"),
                given("generic_api_key", "API_KEY", "apiKey: \"", A24).followedBy("\""),
                given("generic_token", "TOKEN", "\"accessToken\": \"", A24).followedBy("\""),
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
                "oid sha256:" + HEX32 + HEX32,
                "session oxsid_01jd8k2m3n4p5q6r7s8t9v0w1x of repo_" + UUID,
                "run_01jd8k2m3n4p5q6r7s8t9v0w1x sbx_01jd8k2m3n4p5q6r7s8t9v0w1x",
                UUID,
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
