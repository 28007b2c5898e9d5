package microservices.system;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which package may use which, over all modules. A package that is not listed here may not be there. */
class LayersTest {

    private static final String OURS = "microservices.";

    private static final List<String> GROUND = List.of("message", "service", "concurrent", "metrics");

    /** Each package with what it may use of ours. */
    private static final Map<String, List<String>> MAY_USE = mayUse();

    private static final JavaClasses CLASSES = classes();

    /** What is not ours is known by its name alone; reading it would take most of the test's time. */
    private static JavaClasses classes() {
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(LayersTest::isProduction)
                .importPackages("microservices");
    }

    private static Map<String, List<String>> mayUse() {
        Map<String, List<String>> mayUse = new LinkedHashMap<>();
        GROUND.forEach(ground -> mayUse.put(ground, List.of()));
        mayUse.put("http", GROUND);
        mayUse.put("cluster", GROUND);
        mayUse.put("ledger", and(GROUND, "cluster"));
        mayUse.put("queue", and(GROUND, "cluster", "ledger"));
        mayUse.put("recent", and(GROUND, "http"));
        mayUse.put("logging", and(GROUND, "http", "recent", "cluster"));
        mayUse.put("live", and(GROUND, "http", "recent"));
        mayUse.put("facade", and(GROUND, "http", "recent", "live", "cluster", "ledger", "queue"));
        mayUse.put("messages", and(GROUND, "http", "recent", "cluster", "ledger", "queue"));
        mayUse.put("system.local", List.of());
        mayUse.put("system.network", List.of("system.local"));
        mayUse.put("system.history", List.of());
        mayUse.put("system.check", List.of("system.history"));
        mayUse.put("system.load", List.of("system.local", "system.history"));
        List<String> belowTorture =
                List.of("system.local", "system.network", "system.history", "system.check", "system.load");
        mayUse.put("system.torture", belowTorture);
        mayUse.put("system.bench", and(GROUND, "http", "facade", "system.local"));
        mayUse.put("system.launcher", and(belowTorture, "system.torture", "system.bench"));
        return mayUse;
    }

    private static List<String> and(List<String> some, String... more) {
        return Stream.concat(some.stream(), Stream.of(more)).toList();
    }

    private static boolean isProduction(Location location) {
        return !location.contains("tests.jar");
    }

    static Set<String> packages() {
        return MAY_USE.keySet();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void usesOnlyWhatIsBelow(String name) {
        String[] forbidden = MAY_USE.keySet().stream()
                .filter(other -> !other.equals(name) && !MAY_USE.get(name).contains(other))
                .map(other -> OURS + other)
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(OURS + name)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void theCheckKnowsNothingButHistoryAndTheJdk() {
        noClasses()
                .that()
                .resideInAPackage(OURS + "system.check")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        OURS + "system.check", OURS + "system.history", "java..", "com.fasterxml.jackson..")
                .check(CLASSES);
    }

    /** In some languages digits are others than those of ASCII, and i is not the small letter of I. */
    @Test
    void nothingIsFormattedInTheLanguageOfTheUser() {
        noClasses()
                .that()
                .resideInAPackage(OURS + "system..")
                .should()
                .callMethod(String.class, "format", String.class, Object[].class)
                .orShould()
                .callMethod(String.class, "formatted", Object[].class)
                .orShould()
                .callMethod(PrintStream.class, "printf", String.class, Object[].class)
                .orShould()
                .callMethod(PrintStream.class, "format", String.class, Object[].class)
                .orShould()
                .callMethod(String.class, "toLowerCase")
                .orShould()
                .callMethod(String.class, "toUpperCase")
                .check(CLASSES);
    }

    @Test
    void noPackagesFormACycle() {
        slices().matching("microservices.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void everyPackageIsListed() {
        Set<String> unlisted = new TreeSet<>();
        CLASSES.forEach(found -> unlisted.add(found.getPackageName().substring(OURS.length())));
        assertTrue(unlisted.containsAll(Set.of("facade", "logging", "messages", "system.launcher")), "all are seen");
        unlisted.removeAll(MAY_USE.keySet());
        assertEquals(Set.of(), unlisted);
    }
}
