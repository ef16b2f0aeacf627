package dev.oxbow.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The plan of the house, as rules that a build cannot get around. {@code ARCHITECTURE.md} draws it.
 */
class HouseTest {

    /** Who may know whom; a package that is not a key here fails the build. */
    private static final Map<String, Set<String>> MAY_USE =
            Map.ofEntries(
                    Map.entry("base", Set.of()),
                    Map.entry("posix", Set.of("base")),
                    Map.entry("sandbox", Set.of("base", "posix")),
                    Map.entry("sandbox.faults", Set.of("base", "posix", "sandbox")),
                    Map.entry("sandbox.kit", Set.of("base", "posix", "sandbox", "sandbox.faults")),
                    Map.entry("providers.fake", Set.of("base", "posix", "sandbox")),
                    Map.entry("providers.local", Set.of("base", "posix", "sandbox", "sandbox.kit")),
                    Map.entry("conformance", Set.of("base", "posix", "sandbox", "sandbox.kit")),
                    Map.entry("resilience", Set.of("base", "posix", "sandbox")),
                    Map.entry("agents", Set.of("base")),
                    Map.entry("testing", Set.of("base")),
                    Map.entry("egress", Set.of("base")),
                    Map.entry("environment", Set.of("base")),
                    Map.entry("vault", Set.of("base", "posix")),
                    Map.entry("workspace", Set.of("base", "posix", "sandbox")),
                    Map.entry("recording", Set.of("base", "posix", "agents")),
                    Map.entry(
                            "engine",
                            Set.of(
                                    "base",
                                    "posix",
                                    "sandbox",
                                    "agents",
                                    "egress",
                                    "environment",
                                    "workspace",
                                    "recording")),
                    Map.entry(
                            "store",
                            Set.of(
                                    "base",
                                    "posix",
                                    "sandbox",
                                    "agents",
                                    "workspace",
                                    "recording",
                                    "engine")),
                    Map.entry(
                            "app",
                            Set.of(
                                    "base",
                                    "posix",
                                    "sandbox",
                                    "resilience",
                                    "providers.local",
                                    "agents",
                                    "testing",
                                    "egress",
                                    "environment",
                                    "workspace",
                                    "recording",
                                    "engine",
                                    "store")),
                    Map.entry(
                            "cli",
                            Set.of(
                                    "base",
                                    "posix",
                                    "sandbox",
                                    "agents",
                                    "testing",
                                    "environment",
                                    "workspace",
                                    "recording",
                                    "engine",
                                    "app")));

    private static final String ROOT = "dev.oxbow.";

    private static final JavaClasses HOUSE =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.oxbow");

    @Test
    void everyPackageHasItsPlaceInThePlan() {
        Set<String> packages =
                HOUSE.stream()
                        .map(JavaClass::getPackageName)
                        .map(HouseTest::room)
                        .collect(Collectors.toCollection(TreeSet::new));
        packages.remove("architecture");
        assertThat(MAY_USE.keySet()).containsAll(packages);
    }

    @Test
    void arrowsPointDownOnly() {
        MAY_USE.forEach((room, below) ->
                noClasses()
                        .that()
                        .resideInAPackage(ROOT + room)
                        .should()
                        .dependOnClassesThat(
                                resideInAnyPackage("dev.oxbow..")
                                        .and(
                                                DescribedPredicate.not(
                                                        resideInAnyPackage(allowed(room, below)))))
                        .as(room + " uses only " + new TreeSet<>(below))
                        .allowEmptyShould(true)
                        .check(HOUSE));
    }

    private static String[] allowed(String room, Set<String> below) {
        Set<String> names = new TreeSet<>(below);
        names.add(room);
        return names.stream().map(name -> ROOT + name).toArray(String[]::new);
    }

    private static String room(String packageName) {
        return packageName.startsWith(ROOT) ? packageName.substring(ROOT.length()) : packageName;
    }

    @Test
    void thereAreNoCircles() {
        slices().matching("dev.oxbow.(**)").should().beFreeOfCycles().check(HOUSE);
    }

    @Test
    void onlyTheStoreKnowsTheDatabase() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "store")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.sql..", "javax.sql..", "org.sqlite..", "org.jdbi..", "org.flywaydb..")
                .check(HOUSE);
    }

    @Test
    void onlyTheCommandLineKnowsItsLibraries() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "cli")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("picocli..", "org.jline..")
                .check(HOUSE);
    }

    @Test
    void onlyPosixCallsTheSystem() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "posix")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.foreign.Linker")
                .because("foreign calls stay in one place that knows their traps")
                .check(HOUSE);
    }

    @Test
    void namesComeFromTheDomain() {
        noClasses()
                .should()
                .haveNameMatching(".*(Impl|Manager|Util|Utils|Helper|Helpers)")
                .check(HOUSE);
    }

    @Test
    void nothingStaticChanges() {
        fields().that().areStatic().should().beFinal().andShould(beImmutable()).check(HOUSE);
    }

    /** Static fields of these types hold state that changes, final or not. */
    private static ArchCondition<JavaField> beImmutable() {
        List<Class<?>> mutable =
                List.of(
                        ConcurrentHashMap.class,
                        HashMap.class,
                        ArrayList.class,
                        AtomicReference.class,
                        AtomicInteger.class,
                        AtomicBoolean.class,
                        ExecutorService.class,
                        Thread.class);
        return new ArchCondition<>("hold no state that changes") {
            @Override
            public void check(JavaField field, ConditionEvents events) {
                boolean changes =
                        mutable.stream().anyMatch(t -> field.getRawType().isAssignableTo(t));
                events.add(
                        new SimpleConditionEvent(
                                field, !changes, field.getFullName() + " holds changing state"));
            }
        };
    }

    @Test
    void nobodyPrintsAStackTrace() {
        noClasses()
                .should()
                .callMethod(Throwable.class, "printStackTrace")
                .because("a failure is one clear line, and the rest is in the log")
                .check(HOUSE);
    }

    @Test
    void everyPackageIsNullMarked() {
        classes()
                .that(alwaysTrue())
                .should(
                        new ArchCondition<>("be in a null-marked package") {
                            @Override
                            public void check(JavaClass type, ConditionEvents events) {
                                boolean marked =
                                        type.getPackage()
                                                .isAnnotatedWith(
                                                        "org.jspecify.annotations.NullMarked");
                                events.add(
                                        new SimpleConditionEvent(
                                                type,
                                                marked,
                                                type.getPackageName() + " is not @NullMarked"));
                            }
                        })
                .check(HOUSE);
    }

    @Test
    void classesOfTheLibraryAreFoundAtAll() {
        assertThat(HOUSE.stream().filter(c -> c.getModifiers().contains(JavaModifier.PUBLIC)))
                .as("an empty import would make every rule above pass")
                .hasSizeGreaterThan(40);
    }
}
