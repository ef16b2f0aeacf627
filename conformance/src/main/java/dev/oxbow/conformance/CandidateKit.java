package dev.oxbow.conformance;

import dev.oxbow.sandbox.kit.ProviderUnderTest;
import dev.oxbow.sandbox.kit.SandboxProviderContract;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

/** The whole kit for the provider that the session brings along. */
@ExtendWith(SessionSubject.class)
final class CandidateKit extends SandboxProviderContract {
    private final ProviderUnderTest subject;

    CandidateKit(ProviderUnderTest subject) {
        this.subject = subject;
    }

    @Override
    protected ProviderUnderTest subject() {
        return subject;
    }

    /** The groups of the kit. */
    static List<Class<?>> groups() {
        return Arrays.stream(SandboxProviderContract.class.getDeclaredClasses())
                .filter(type -> type.isAnnotationPresent(Nested.class))
                .filter(type -> !Modifier.isStatic(type.getModifiers()))
                .sorted(Comparator.comparing(Class::getSimpleName))
                .toList();
    }

    /** The group that a class of the kit is; empty if it is none. */
    static Optional<String> groupOf(Class<?> type) {
        return groups().contains(type) ? Optional.of(type.getSimpleName()) : Optional.empty();
    }
}
