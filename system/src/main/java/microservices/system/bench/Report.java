package microservices.system.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A table of results: printed, as JSON, and as a picture. */
final class Report {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final String title;
    private final List<Map<String, Object>> rows = new ArrayList<>();

    Report(String title) {
        this.title = title;
    }

    /** Adds a row: columns and values in turns. A number has as many digits behind the point as it needs. */
    void row(Object... columnsAndValues) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 0; i < columnsAndValues.length; i += 2) {
            row.put((String) columnsAndValues[i], rounded(columnsAndValues[i + 1]));
        }
        rows.add(row);
    }

    /** Three digits are more than the spread of the rounds allows. */
    private static Object rounded(Object value) {
        if (!(value instanceof Double number)) {
            return value;
        }
        double size = Math.abs(number);
        double unit = size >= 100 ? 1 : size >= 10 ? 10 : 100;
        return Math.round(number * unit) / unit;
    }

    void print(PrintStream out) {
        List<String> columns = List.copyOf(rows.get(0).keySet());
        List<List<String>> lines = new ArrayList<>(List.of(columns));
        rows.forEach(row ->
                lines.add(columns.stream().map(column -> cell(row.get(column))).toList()));
        out.println();
        out.println(title);
        for (List<String> line : lines) {
            StringBuilder printed = new StringBuilder();
            for (int i = 0; i < columns.size(); i++) {
                int at = i;
                int width = lines.stream()
                        .mapToInt(one -> one.get(at).length())
                        .max()
                        .orElse(0);
                boolean name = rows.get(0).get(columns.get(i)) instanceof String;
                printed.append(String.format(Locale.ROOT, (name ? "%-" : "%") + width + "s  ", line.get(i)));
            }
            out.println(printed.toString().stripTrailing());
        }
    }

    private static String cell(Object value) {
        if (value instanceof Double number && Math.abs(number) >= 100 || value instanceof Integer) {
            return String.format(Locale.ROOT, "%,.0f", ((Number) value).doubleValue());
        }
        return String.valueOf(value);
    }

    /** Writes the rows, with what they were measured on. */
    void write(Path file, Map<String, Object> about) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("title", title);
        all.putAll(about);
        all.put("rows", rows);
        Files.createDirectories(file.getParent());
        Files.write(file, JSON.writeValueAsBytes(all));
    }
}
