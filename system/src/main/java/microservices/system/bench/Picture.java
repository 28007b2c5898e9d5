package microservices.system.bench;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Groups of bars as an SVG picture, for light and dark backgrounds. */
final class Picture {

    private static final int WIDTH = 720;
    private static final int LEFT = 150;
    private static final int RIGHT = 110;
    private static final int BAR = 18;
    private static final int GAP = 16;
    private static final int HEAD = 62;
    private static final List<String> COLOURS = List.of("#8a94a6", "#d98324", "#2f7ed8", "#4aa564");

    private Picture() {}

    /**
     * Draws it.
     *
     * @param groups the groups from top to bottom, each with its bars by name, in posts a second
     */
    static String of(String title, Map<String, Map<String, Double>> groups) {
        double most = groups.values().stream()
                .flatMap(bars -> bars.values().stream())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(1);
        Set<String> names = new LinkedHashSet<>();
        groups.values().forEach(bars -> names.addAll(bars.keySet()));
        List<String> order = List.copyOf(names);
        StringBuilder body = new StringBuilder();
        int x = LEFT;
        for (String name : order) {
            body.append(
                    line("<rect x=\"%d\" y=\"38\" width=\"12\" height=\"12\" fill=\"%s\"/>", x, colour(order, name)));
            body.append(line("<text x=\"%d\" y=\"48\">%s</text>", x + 18, escaped(name)));
            x += 34 + name.length() * 8;
        }
        int y = HEAD;
        for (Map.Entry<String, Map<String, Double>> group : groups.entrySet()) {
            int middle = y + group.getValue().size() * BAR / 2 + 4;
            body.append(line(
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
                    LEFT - 10, middle, escaped(group.getKey())));
            for (Map.Entry<String, Double> bar : group.getValue().entrySet()) {
                double width = bar.getValue() / most * (WIDTH - LEFT - RIGHT);
                body.append(line(
                        "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                        LEFT, y + 1, width, BAR - 3, colour(order, bar.getKey())));
                body.append(
                        line("<text x=\"%.1f\" y=\"%d\">%,.0f</text>", LEFT + width + 6, y + BAR - 5, bar.getValue()));
                y += BAR;
            }
            y += GAP;
        }
        return line(
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                                + " font-size=\"13\" fill=\"#7a8290\" role=\"img\">",
                        WIDTH, y)
                + line("<title>%s</title>", escaped(title))
                + line("<text x=\"10\" y=\"22\" font-size=\"15\">%s</text>", escaped(title))
                + body
                + "</svg>\n";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    private static String colour(List<String> names, String name) {
        return COLOURS.get(names.indexOf(name) % COLOURS.size());
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values) + "\n";
    }
}
