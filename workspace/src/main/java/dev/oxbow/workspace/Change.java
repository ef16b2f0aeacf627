package dev.oxbow.workspace;

import dev.oxbow.posix.TreePath;
import java.util.Optional;

/**
 * What the sandbox did to one path.
 *
 * @param path where
 * @param before what the sandbox was given; empty if it made the path
 * @param after what it left; empty if it removed the path
 */
public record Change(TreePath path, Optional<Node> before, Optional<Node> after) {}
