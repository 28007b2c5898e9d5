package microservices.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import microservices.system.local.Command;
import microservices.system.torture.Fault;
import microservices.system.torture.Faults;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script {@code run} alone, in a clone in which nothing is built. Java and Maven only tell that they were called. */
@Timeout(60)
class RunScriptTest {

    private static final String FOLDER_IN_CYRILLIC = "$'\\320\\265\\320\\266 \\320\\265\\320\\266'";

    @TempDir
    private Path folder;

    private Path clone;

    private record Result(int exit, String output) {}

    @BeforeEach
    void clones() throws Exception {
        clone = folder.toRealPath().resolve("a clone");
        Files.createDirectories(clone);
        executable(clone.resolve("run"), Files.readString(TestSystem.HOME.resolve("run")));
        java("echo 'openjdk version \"17.0.9\" 2023-10-17' >&2");
        executable(folder.resolve("bin/mvn"), "#!/bin/sh\necho mvn was called\nexit 1\n");
    }

    /** A java that says this of its version, and otherwise where it was called, and with what. */
    private void java(String version) throws IOException {
        executable(
                folder.resolve("bin/java"),
                "#!/bin/sh\nif [ \"$1\" = -version ]; then\n" + version
                        + "\nexit\nfi\nprintf '%s\\n' \"locale $LC_ALL\" \"$RUN_FOLDER\" \"$@\"\n");
    }

    private static void executable(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        assertTrue(file.toFile().setExecutable(true));
    }

    /** As if everything was built. */
    private void build() throws IOException {
        Files.writeString(clone.resolve("pom.xml"), "");
        for (String module : List.of("common", "facade", "logging", "messages", "system")) {
            Files.createDirectories(clone.resolve(module + "/src/main"));
            Files.writeString(clone.resolve(module + "/pom.xml"), "");
            Path jar = clone.resolve(module + "/target/" + module + ".jar");
            Files.createDirectories(jar.getParent());
            Files.writeString(jar, "");
            Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(60)));
        }
    }

    private Result run(String... arguments) throws Exception {
        return run(Map.of(), arguments);
    }

    private Result run(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(clone.resolve("run").toString()));
        command.addAll(List.of(arguments));
        return run(environment, command);
    }

    private Result run(Map<String, String> environment, List<String> command) throws Exception {
        Path output = Files.createTempFile(folder, "output", "");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        List.of("JAVA_HOME", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "RUN_FOLDER")
                .forEach(builder.environment()::remove);
        builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it does not end");
            return new Result(
                    process.exitValue(),
                    Files.readString(output, StandardCharsets.UTF_8).strip());
        } finally {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"help", "-h", "--help", "up --help", "torture -h", "logs -f -h", "dance --help"})
    void helps_whereNothingIsBuilt(String arguments) throws Exception {
        Result help = run(arguments.split(" "));
        assertEquals(0, help.exit());
        String manual = Files.readString(TestSystem.HOME.resolve("docs/operating.md"));
        assertTrue(manual.contains("```\n" + help.output() + "\n```"), help.output());
    }

    @Test
    void helps_withoutJava() throws Exception {
        Path tools = Files.createDirectories(folder.resolve("tools"));
        for (String tool : List.of("bash", "env", "cat")) {
            Files.createSymbolicLink(tools.resolve(tool), Path.of(Command.run("sh", "-c", "command -v " + tool)));
        }
        assertEquals(0, run(Map.of("PATH", tools.toString()), "help").exit());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dance                  | There is no verb 'dance'; ./run help lists them.",
                "Up                     | There is no verb 'Up'; ./run help lists them.",
                "--logging 0            | --logging: 0 (expected: 1 to 20)",
                "--logging=0            | --logging: 0 (expected: 1 to 20)",
                "--logging 21           | --logging: 21 (expected: 1 to 20)",
                "--messages x           | --messages: x (expected: 1 to 20)",
                "--messages -1          | --messages: -1 (expected: 1 to 20)",
                "--messages=            | --messages: nothing (expected: 1 to 20)",
                "--facade               | --facade: nothing (expected: 1 to 20)",
                "--facade 9999999999999 | --facade: 9999999999999 (expected: 1 to 20)",
                "--facade 1 --facade 2  | --facade is given twice.",
                "--port-offset 99999    | --port-offset: 99999 (expected: 0 to 50000)",
                "--replicas 3           | ./run up does not know '--replicas'; see ./run help.",
                "-f                     | ./run up does not know '-f'; see ./run help.",
                "up now                 | ./run up does not know 'now'; see ./run help.",
                "torture --minutes 0    | --minutes: 0 (expected: 1 to 60)",
                "verify now             | ./run verify does not know 'now'; see ./run help.",
                "torture now            | ./run torture does not know 'now'; see ./run help.",
                "torture --seed         | --seed: nothing (expected: 0 to 999999999)",
                "bench --seconds 0      | --seconds: 0 (expected: 1 to 600)",
                "bench --connections 1,x | --connections: x (expected: 1 to 1000)",
                "bench --connections ,  | --connections: nothing (expected: 1 to 1000)",
                "bench all              | ./run bench does not know 'all'; see ./run help.",
                "bench get memory       | ./run bench measures one thing at a time; see ./run help.",
                "ps -x                  | ./run ps does not know '-x'; see ./run help.",
                "ps facade-service-1    | ./run ps does not know 'facade-service-1'; see ./run help.",
                "down facade-service-1  | ./run down does not know 'facade-service-1'; see ./run help.",
                "logs -n                | ./run logs does not know '-n'; see ./run help.",
                "kill -9 a              | ./run kill does not know '-9'; see ./run help.",
                "kill                   | ./run kill needs the name of a replica; ./run ps lists them.",
                "ps                     | No system has been started here; type ./run.",
                "logs -f                | No system has been started here; type ./run.",
            })
    void refusesInOneLine_whereNothingIsBuilt(String arguments, String message) throws Exception {
        assertEquals(new Result(1, message), run(arguments.split(" ")));
    }

    @Test
    void thereIsNothingToStop_whereNothingIsBuilt() throws Exception {
        assertEquals(new Result(0, "Nothing is running here."), run("down"));
    }

    @Test
    void knowsTheFaultsThatTortureKnows() throws Exception {
        TreeSet<String> names = new TreeSet<>(List.of("stop", "kill", "pause", "partition", "slow", "clock", "flood"));
        names.addAll(Faults.all().stream().map(Fault::name).toList());
        String refused = run("torture", "--faults", "kill,dance").output();
        String start = "--faults: dance (expected: some of ";
        assertTrue(refused.startsWith(start), refused);
        String known = refused.substring(start.length(), refused.length() - 1);
        assertEquals(names, new TreeSet<>(List.of(known.split(", "))));
        for (String nothing : List.of("", ",", "*")) {
            assertEquals(1, run("torture", "--faults", nothing).exit());
        }
    }

    @Test
    void handsOnWhatItHasChecked() throws Exception {
        build();
        assertTrue(run("--logging=5", "--facade", "007").output().endsWith("\nup\n--logging\n5\n--facade\n007"));
        assertTrue(run("logs", "--follow", "a", "b").output().endsWith("\nlogs\n-f\na\nb"));
        assertTrue(run("torture", "--faults", "kill,clock-ahead")
                .output()
                .endsWith("\ntorture\n--faults\nkill,clock-ahead"));
        assertTrue(run("bench", "get", "--connections=1,64").output().endsWith("\nbench\nget\n--connections\n1,64"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cd \"$clone\" && ./run ps",
                "cd \"$clone\" && sh run ps",
                "ln -s \"$clone/run\" link && ./link ps",
                "ln -s 'a clone/run' link && mkdir other && cd other && ln -s ../link again && ./again ps",
                "export CDPATH=\"$clone:$PWD\" && bash 'a clone/run' ps",
                "mkdir -p \"trap/a clone\" && export CDPATH=\"$PWD/trap\" && bash 'a clone/run' ps",
                "export CDPATH=/ && cd \"$clone/system\" && ../run ps",
                "PATH=\"$clone:$PATH\" && run ps",
                "ln -s \"$clone\" through && through/run ps",
                "cd \"$clone\" && env -u HOME -u USER ./run ps",
            })
    void findsItsHome_whereverItIsCalledFrom(String command) throws Exception {
        build();
        String said = run(Map.of("clone", clone.toString()), List.of("bash", "-c", command))
                .output();
        assertTrue(said.contains("\n" + clone + "/.run\n"), said);
        assertTrue(said.endsWith("\n" + clone + "\nps"), said);
    }

    @Test
    void takesARunFolderFromWhereItIsCalled() throws Exception {
        build();
        String said = run(Map.of("RUN_FOLDER", "my run"), "ps").output();
        assertTrue(said.contains("\n" + folder.toRealPath() + "/my run\n"), said);
    }

    @Test
    void givesTheJvmALocaleThatHasLettersForEveryName() throws Exception {
        assumeTrue(Command.run("sh", "-c", "LC_ALL=C.UTF-8 locale charmap 2>&1").endsWith("UTF-8"));
        build();
        String move = "mkdir " + FOLDER_IN_CYRILLIC + " && mv \"$clone\" " + FOLDER_IN_CYRILLIC + " && cd "
                + FOLDER_IN_CYRILLIC + " && 'a clone/run' ps";
        for (String locale : List.of("C", "POSIX", "xx_XX.ISO-8859-1", "")) {
            clones();
            build();
            String said = run(
                            Map.of("clone", clone.toString(), "LC_ALL", locale, "LANG", "C"),
                            List.of("bash", "-c", "rm -rf " + FOLDER_IN_CYRILLIC + "; " + move))
                    .output();
            assertTrue(said.contains("UTF-8\n"), said);
            assertTrue(said.endsWith("/\u0435\u0436 \u0435\u0436/a clone\nps"), said);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "exit 1                                       | ended with 1 and said: nothing; install a JDK 17 or newer",
                "exit 0                                       | ended with 0 and said: nothing; install a JDK 17 or newer",
                "echo Unable to locate a Java Runtime.; exit 1| said: Unable to locate a Java Runtime.; install a JDK 17",
                "echo a >&2; echo b; exit 3                   | ended with 3 and said: a b; install a JDK 17 or newer",
                "echo 'java version \"1.8.0_392\"' >&2        | Java 8 is too old: install a JDK 17 or newer",
                "echo 'openjdk version \"11.0.2\"' >&2        | Java 11 is too old: install a JDK 17 or newer",
                "echo 'openjdk version \"9\"' >&2             | Java 9 is too old: install a JDK 17 or newer",
            })
    void saysWhatItsJavaSaid_whenThatIsOfNoUse(String version, String message) throws Exception {
        build();
        java(version);
        Result refused = run("ps");
        assertEquals(1, refused.exit());
        assertTrue(refused.output().contains(message), refused.output());
        assertEquals(1, refused.output().lines().count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"17", "17-ea", "21.0.1", "25", "26-internal"})
    void takesNewerJavas(String version) throws Exception {
        build();
        java("echo 'Picked up JAVA_TOOL_OPTIONS: -Dx.version=\"9\"'; echo 'openjdk version \"" + version + "\"' >&2");
        assertEquals(0, run("ps").exit());
    }

    @ParameterizedTest
    @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"})
    void namesTheOptionsThatKeepJavaFromStarting(String variable) throws Exception {
        build();
        Result refused = run(Map.of("JAVA_HOME", System.getProperty("java.home"), variable, "-XX:+NoSuchOption"), "ps");
        assertEquals(1, refused.exit());
        assertTrue(refused.output().contains("Unrecognized VM option 'NoSuchOption'"), refused.output());
        assertTrue(
                refused.output().contains("unset " + variable + " (it is -XX:+NoSuchOption) if that is the reason"),
                refused.output());
        assertEquals(1, refused.output().lines().count());
    }

    @Test
    void saysThatThereIsNoJava() throws Exception {
        build();
        assertEquals(
                "JAVA_HOME is /nowhere, and there is no bin/java in it: install a JDK 17 or newer, or point JAVA_HOME at one.",
                run(Map.of("JAVA_HOME", "/nowhere"), "ps").output());
    }

    @Test
    void buildsWhatIsNotBuilt_andOnlyForANewSystem() throws Exception {
        build();
        Files.setLastModifiedTime(
                clone.resolve("pom.xml"), FileTime.from(Instant.now().plusSeconds(120)));
        assertFalse(run("ps").output().contains("mvn was called"));
        Result failed = run();
        assertEquals(1, failed.exit());
        assertTrue(
                failed.output().endsWith("mvn was called\nThe build failed; its messages stand above."),
                failed.output());
        assertFalse(Files.exists(clone.resolve("system/target/system.jar")), "a build that failed looks whole");
    }

    @Test
    void writesNoControlSequences_whereTheOutputIsAFile() throws Exception {
        assumeTrue(Command.exists("mvn"));
        Files.delete(folder.resolve("bin/mvn"));
        Files.writeString(
                clone.resolve("pom.xml"),
                "<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>a</artifactId>"
                        + "<version>1</version><packaging>pom</packaging></project>");
        String said = run(Map.of("JAVA_HOME", System.getProperty("java.home"))).output();
        assertTrue(said.startsWith("Building the services"), said);
        assertFalse(said.contains("\u001b"), said.replace('\u001b', '^'));
    }

    @Test
    void aCheckoutHasTheLineEndsOfUnix_whateverGitIsToldElsewhere() throws Exception {
        assumeTrue(Command.exists("git"));
        Files.copy(TestSystem.HOME.resolve(".gitattributes"), clone.resolve(".gitattributes"));
        for (String name : List.of("Dockerfile", "compose.yaml", "README.md", "a.java", "jvm.options")) {
            Files.writeString(clone.resolve(name), "one\ntwo\n");
        }
        String git =
                "git -c user.name=a -c user.email=a@b -c core.autocrlf=true -c core.eol=crlf -c core.safecrlf=false ";
        String said = run(
                        Map.of("HOME", folder.toString(), "GIT_CONFIG_NOSYSTEM", "1"),
                        List.of(
                                "bash",
                                "-ec",
                                "cd 'a clone' && git init -q && git add . && " + git + "commit -qm a && cd .. && " + git
                                        + "clone -q 'a clone' windows && ! grep -rlI $'\\r' windows --exclude-dir=.git"))
                .output();
        assertEquals("", said);
    }
}
