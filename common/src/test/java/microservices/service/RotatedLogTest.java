package microservices.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log's file that is appended to, as standard output is. */
class RotatedLogTest {

    private static final int LIMIT = 1_000;

    @TempDir
    private Path folder;

    private Path file;
    private Path older;

    @BeforeEach
    void names() {
        file = folder.resolve("facade-service-1.log");
        older = folder.resolve("facade-service-1.log.1");
    }

    @Test
    void keepsTheLastLines_withinTwiceTheLimit() throws Exception {
        try (OutputStream out = new FileOutputStream(file.toFile(), true)) {
            RotatedLog log = new RotatedLog(out, file, LIMIT).open();
            for (int n = 0; n < 10_000; n++) {
                write(log, "line " + n + "\n");
                assertTrue(Files.size(file) <= LIMIT);
            }
        }
        assertTrue(Files.size(older) <= LIMIT);
        List<String> kept = new ArrayList<>(Files.readAllLines(older));
        kept.addAll(Files.readAllLines(file));
        assertTrue(kept.size() * 10 > LIMIT, kept.size() + " lines are kept");
        for (int i = 0; i < kept.size(); i++) {
            assertEquals("line " + (10_000 - kept.size() + i), kept.get(i));
        }
    }

    @Test
    void keepsWhatTheJvmItselfSays() throws Exception {
        try (OutputStream out = new FileOutputStream(file.toFile(), true);
                OutputStream jvm = new FileOutputStream(file.toFile(), true)) {
            RotatedLog log = new RotatedLog(out, file, LIMIT).open();
            write(log, "x".repeat(LIMIT - 1) + "\n");
            write(jvm, "no memory\n");
            write(log, "next\n");
            write(jvm, "a crash\n");
        }
        assertTrue(Files.readString(older).endsWith("x\nno memory\n"));
        assertEquals("next\na crash\n", Files.readString(file));
    }

    @Test
    void goesOn_afterTheThreadThatLogsWasInterrupted() throws Exception {
        try (OutputStream out = new FileOutputStream(file.toFile(), true)) {
            RotatedLog log = new RotatedLog(out, file, LIMIT).open();
            write(log, "x".repeat(LIMIT));
            Thread.currentThread().interrupt();
            write(log, "next\n");
            assertTrue(Thread.interrupted());
        }
        assertEquals(LIMIT, Files.size(older));
        assertEquals("next\n", Files.readString(file));
    }

    @Test
    void goesOnWithTheLog_whereItCannotBeginAnew() throws Exception {
        Files.createDirectories(folder.resolve("facade-service-1.log.new"));
        try (OutputStream out = new FileOutputStream(file.toFile(), true)) {
            RotatedLog log = new RotatedLog(out, file, LIMIT).open();
            write(log, "x".repeat(LIMIT));
            write(log, "next\n");
        }
        assertTrue(Files.readString(file).endsWith("xnext\n"));
        assertFalse(Files.exists(older));
    }

    @Test
    void takesUpWhatAKilledProcessLeft() throws Exception {
        Files.writeString(folder.resolve("facade-service-1.log.new"), "before\n");
        Files.writeString(file, "");
        try (OutputStream out = new FileOutputStream(file.toFile(), true)) {
            write(new RotatedLog(out, file, LIMIT).open(), "after\n");
        }
        assertEquals("before\n", Files.readString(older));
        assertEquals("after\n", Files.readString(file));
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
