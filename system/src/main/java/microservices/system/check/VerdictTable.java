package microservices.system.check;

import java.util.ArrayList;
import java.util.List;
import microservices.system.history.Seconds;

/** The rows of a verdict as aligned plain text, the whole run last. */
public final class VerdictTable {

    private static final List<String> HEAD =
            List.of("fault", "struck", "acknowledged", "unknown", "lost", "doubled", "unavailable (s)");

    private VerdictTable() {}

    public static String of(Verdict verdict) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(HEAD);
        verdict.rows().forEach(row -> lines.add(cells(row)));
        lines.add(cells(verdict.total()));
        int[] widths = new int[HEAD.size()];
        for (List<String> line : lines) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], line.get(column).length());
            }
        }
        StringBuilder table = new StringBuilder();
        lines.forEach(line -> append(table, line, widths));
        return table.toString();
    }

    private static List<String> cells(FaultRow row) {
        return List.of(
                row.fault(),
                String.valueOf(row.struck()),
                String.valueOf(row.acknowledged()),
                String.valueOf(row.unknown()),
                String.valueOf(row.lost()),
                String.valueOf(row.doubled()),
                Seconds.number(row.unavailable()));
    }

    private static void append(StringBuilder table, List<String> line, int[] widths) {
        for (int column = 0; column < widths.length; column++) {
            String padding = " ".repeat(widths[column] - line.get(column).length());
            table.append(column == 0 ? "" : "  ");
            table.append(column == 0 ? line.get(column) + padding : padding + line.get(column));
        }
        table.append('\n');
    }
}
