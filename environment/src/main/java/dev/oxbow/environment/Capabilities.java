package dev.oxbow.environment;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * What can be done in this environment. Found out once; whoever needs something asks for just that,
 * never for where it runs. Immutable.
 *
 * @param platform where this is
 * @param persistDisk whether what is written below the user's home is there at the next call
 * @param longLivedHelper whether a process in the background may outlive this one
 * @param browser whether a page can be opened for the user to log in
 * @param network how far out one may talk
 * @param lifetime how long this environment will live
 * @param unknownWords variables that were ignored because they say neither yes nor no, in order
 */
@JsonPropertyOrder({
    "platform",
    "persist_disk",
    "long_lived_helper",
    "browser",
    "network",
    "lifetime"
})
public record Capabilities(
        Platform platform,
        @JsonProperty("persist_disk") Answer<Boolean> persistDisk,
        @JsonProperty("long_lived_helper") Answer<Boolean> longLivedHelper,
        Answer<Boolean> browser,
        Answer<Network> network,
        Answer<Lifetime> lifetime,
        @JsonIgnore List<String> unknownWords) {

    /** Copies the list. */
    public Capabilities {
        unknownWords = List.copyOf(unknownWords);
    }

    /** Whether the disk does not last or nothing lives on: what the user is told of in one word. */
    @JsonIgnore
    public boolean constrained() {
        return !persistDisk.value() || !longLivedHelper.value();
    }

    /** The rule that made it so, to be shown to the user. */
    @JsonIgnore
    public String constrainedBy() {
        return persistDisk.value() ? longLivedHelper.rule() : persistDisk.rule();
    }
}
