package dev.oxbow.workspace;

import dev.oxbow.posix.TreePath;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Names that usually hold secrets. Only a reason to warn, never to leave a file out. */
final class SecretNames {
    private static final Set<String> NAMES =
            Set.of(
                    ".env",
                    ".netrc",
                    "_netrc",
                    ".npmrc",
                    ".pypirc",
                    ".pgpass",
                    ".my.cnf",
                    ".git-credentials",
                    ".dockercfg",
                    ".htpasswd",
                    "id_rsa",
                    "id_dsa",
                    "id_ecdsa",
                    "id_ed25519",
                    "credentials",
                    "credentials.json",
                    "auth.json",
                    "service-account.json",
                    "secrets.yml",
                    "secrets.yaml",
                    "secrets.json",
                    "terraform.tfvars",
                    "terraform.tfstate");
    private static final Set<String> ENDINGS =
            Set.of(".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".ppk", ".asc");
    private static final List<String> HARMLESS = List.of("example", "sample", "template", "dist");

    private SecretNames() {}

    static boolean matches(TreePath path) {
        String name = new String(path.name(), StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
        if (name.startsWith(".env.")) {
            return HARMLESS.stream().noneMatch(name::contains);
        }
        int dot = name.lastIndexOf('.');
        return NAMES.contains(name) || (dot >= 0 && ENDINGS.contains(name.substring(dot)));
    }
}
