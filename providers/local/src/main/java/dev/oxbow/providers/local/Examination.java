package dev.oxbow.providers.local;

import dev.oxbow.sandbox.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Probes what the walls are made of, each part for real. */
final class Examination {
    private final Site site;

    Examination(Site site) {
        this.site = site;
    }

    List<Finding> findings() {
        List<Finding> found = new ArrayList<>();
        for (Map.Entry<String, String> tool : Tools.PACKAGES.entrySet()) {
            found.add(
                    site.tools()
                            .find(tool.getKey())
                            .map(path ->
                                    new Finding(
                                            tool.getKey(), Finding.Status.OK, path.toString(), ""))
                            .orElseGet(() ->
                                    new Finding(
                                            tool.getKey(),
                                            Finding.Status.MISSING,
                                            "not found",
                                            "Install the package '" + tool.getValue() + "'.")));
        }
        return found;
    }
}
