package dev.oxbow.base;

import java.util.List;

/** Secrets that can be told by what their issuer made them look like. */
final class VendorRules {
    /**
     * Not inside a longer word, except after an escape or colour sequence that ends in a letter.
     */
    static final String LEFT =
            "(?:(?<![A-Za-z0-9_-])|(?<=\\\\[nrtbf])|(?<=%[0-9A-Fa-f]{2})|(?<=\\[[0-9;]{0,8}m))";

    private static final int CERTAIN_LENGTH = 24;

    private VendorRules() {}

    static List<RedactionRule> all() {
        return List.of(
                // Our own
                bounded("ox_token", "OX_TOKEN", "oxp_ oxt_", "ox[pt]_[A-Za-z0-9_-]{3,255}")
                        .onlyIf(VendorRules::isOwnToken),
                plain("ox_placeholder", "OX_TOKEN", "oxph_", "oxph_[A-Za-z0-9_-]{16,255}"),
                plain("ox_sandbox_token", "OX_TOKEN", "oxes_", "oxes_[A-Za-z0-9_-]{16,255}"),
                bounded("sageox_api_key", "API_KEY", "mk_", "mk_[A-Za-z0-9]{20,128}"),
                bounded("agentx_key", "API_KEY", "axk_", "axk_[A-Za-z0-9]{32,128}"),
                plain(
                        "sox_share_session",
                        "SESSION_COOKIE",
                        "sox_share_session=",
                        "(?i)sox_share_session=([^\\s;\"'\\\\,]{8,1024})"),
                // Clouds
                bounded("aws_access_key", "AWS_KEY", "akia", "AKIA[A-Z0-9]{16}(?![A-Za-z0-9])"),
                bounded(
                        "aws_sts_session_key",
                        "AWS_KEY",
                        "asia",
                        "ASIA[A-Z0-9]{16}(?![A-Za-z0-9])"),
                named(
                        "aws_secret_key",
                        "AWS_SECRET",
                        "aws_secret secretaccesskey secret_access_key",
                        "[A-Za-z0-9/+=]{40}(?![A-Za-z0-9/+=])"),
                named(
                        "aws_session_token",
                        "AWS_SECRET",
                        "aws_session_token sessiontoken",
                        "[A-Za-z0-9/+=]{60,4096}"),
                bounded("gcp_api_key", "GCP_KEY", "aiza", "AIza[A-Za-z0-9_-]{35}"),
                bounded("gcp_oauth_token", "GCP_KEY", "ya29.", "ya29\\.[A-Za-z0-9_-]{20,2048}"),
                bounded("gcp_oauth_secret", "GCP_KEY", "gocspx-", "GOCSPX-[A-Za-z0-9_-]{20,64}"),
                named(
                        "azure_subscription_key",
                        "AZURE_KEY",
                        "subscription-key subscription_key ocp-apim accountkey azure_openai azure",
                        "[A-Za-z0-9+/]{32,88}={0,2}(?![A-Za-z0-9+/])"),
                plain(
                        "digitalocean_pat",
                        "DIGITALOCEAN_TOKEN",
                        "dop_v1_ doo_v1_ dor_v1_",
                        "do[opr]_v1_[a-f0-9]{64}"),
                named(
                        "cloudflare_api_token",
                        "CLOUDFLARE_TOKEN",
                        "cloudflare cf_api",
                        "[A-Za-z0-9_-]{37,64}"),
                named(
                        "heroku_key",
                        "HEROKU_KEY",
                        "heroku",
                        "[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"),
                // Code hosts
                plain(
                        "github_token",
                        "GITHUB_TOKEN",
                        "ghp_ gho_ ghu_ ghs_ ghr_",
                        "(?:gh[pous]_[A-Za-z0-9]{36,255}|ghr_[A-Za-z0-9]{76,255})"),
                plain(
                        "github_pat",
                        "GITHUB_TOKEN",
                        "github_pat_",
                        "github_pat_[A-Za-z0-9_]{82,255}"),
                plain(
                        "gitlab_token",
                        "GITLAB_TOKEN",
                        "glpat- gloas- gldt- glrt- glft- glptt- glcbt-",
                        "(?:glpat-[A-Za-z0-9_.-]{20,255}"
                                + "|gl(?:oas|dt|rt|ft|ptt|cbt)-[A-Za-z0-9_.-]{15,255})"),
                bounded(
                        "bitbucket_token",
                        "BITBUCKET_TOKEN",
                        "atbb",
                        "ATBB[A-Za-z0-9_=.-]{24,255}"),
                // Models
                bounded(
                        "anthropic_api_key",
                        "ANTHROPIC_KEY",
                        "sk-ant-",
                        "sk-ant-[A-Za-z0-9_-]{16,255}"),
                bounded(
                        "openai_project_key",
                        "OPENAI_KEY",
                        "sk-proj- sk-svcacct- sk-admin-",
                        "sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{16,255}"),
                bounded(
                        "openrouter_api_key",
                        "OPENROUTER_KEY",
                        "sk-or-",
                        "sk-or-(?:v1-)?[A-Za-z0-9]{32,128}"),
                bounded(
                                "openai_api_key",
                                "OPENAI_KEY",
                                "sk-",
                                "sk-(?!ant-|proj-|or-)[A-Za-z0-9_-]{20,255}")
                        .onlyIf(SecretText::mixed),
                named(
                        "cohere_api_key",
                        "COHERE_KEY",
                        "cohere co_api",
                        "[A-Za-z0-9]{40}(?![A-Za-z0-9])"),
                bounded("huggingface_token", "HUGGINGFACE_TOKEN", "hf_", "hf_[A-Za-z]{30,64}"),
                bounded("groq_api_key", "GROQ_KEY", "gsk_", "gsk_[A-Za-z0-9]{32,128}"),
                bounded("xai_api_key", "XAI_KEY", "xai-", "xai-[A-Za-z0-9]{32,128}"));
    }

    /** A prefix that no ordinary word has. */
    static RedactionRule plain(String name, String label, String keywords, String pattern) {
        return RedactionRule.of(name, label, keywords, pattern);
    }

    /** A prefix that could also be the middle of a word. */
    static RedactionRule bounded(String name, String label, String keywords, String pattern) {
        return RedactionRule.of(name, label, keywords, LEFT + pattern).where(Hint.WORD_START);
    }

    /** A value without a prefix of its own, told by the name it is given to. */
    static RedactionRule named(String name, String label, String keywords, String value) {
        String alternatives = keywords.replace(".", "\\.").replace(" ", "|");
        return RedactionRule.of(
                        name,
                        label,
                        keywords,
                        "(?i:"
                                + alternatives
                                + ")[A-Za-z0-9_. -]{0,40}?"
                                + SecretText.GIVEN
                                + value(value))
                .where(Hint.GIVEN);
    }

    private static String value(String pattern) {
        return "((?<![A-Za-z0-9_-])" + pattern + ")";
    }

    /** A right checksum is proof; without one a long body is suspicious enough. */
    static boolean isOwnToken(String candidate) {
        if (candidate.lastIndexOf('_') > 4 && TokenChecksum.isRight(candidate)) {
            return true;
        }
        return candidate.length() >= CERTAIN_LENGTH && SecretText.mixed(candidate.substring(4));
    }
}
