package dev.oxbow.conformance;

import dev.oxbow.sandbox.kit.ProviderUnderTest;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands over the provider that whoever opened the session left in its store. */
final class SessionSubject implements ParameterResolver {
    /** Where in the store it is. */
    static final String KEY = "subject";

    SessionSubject() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == ProviderUnderTest.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        ProviderUnderTest subject =
                context.getStore(
                                ExtensionContext.StoreScope.LAUNCHER_SESSION,
                                ExtensionContext.Namespace.create(SessionSubject.class))
                        .get(KEY, ProviderUnderTest.class);
        if (subject == null) {
            throw new IllegalStateException("the session brings no provider along");
        }
        return subject;
    }
}
