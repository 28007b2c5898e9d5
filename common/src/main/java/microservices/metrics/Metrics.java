package microservices.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/**
 * What a replica counts, and what it knows of itself at the moment, in the text that Prometheus reads. Names and units
 * are Prometheus' own: base units, {@code _total} behind a counter. To count costs some nanoseconds, and to read asks
 * nobody: a gauge tells what has been found out before, and NaN where nothing is known. Thread-safe.
 */
public final class Metrics {

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ExpositionFormats formats = ExpositionFormats.init();

    /** All of it at one moment, in a form that the asker takes. */
    public record Text(String contentType, byte[] body) {}

    /** Adds what every JVM has: memory, collections, threads, processor time. */
    public Metrics addJvm() {
        JvmMetrics.builder().register(registry);
        return this;
    }

    /** @param value read at each scrape: without waiting for anybody, and NaN if it is not known */
    public void gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(gauge -> gauge.call(value.getAsDouble()))
                .register(registry);
    }

    /** A number that only grows. */
    public void counter(String name, String help, LongAdder count) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .callback(counter -> counter.call(count.sum()))
                .register(registry);
    }

    /**
     * Numbers that only grow, one for each value that a label may have.
     *
     * @param counts by these values
     */
    public void counters(String name, String help, String label, Map<String, LongAdder> counts) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(label)
                .callback(counter -> counts.forEach((value, count) -> counter.call(count.sum(), value)))
                .register(registry);
    }

    /** How values are spread over buckets, whose upper bounds are given in increasing order. */
    public Histogram histogram(String name, String help, double[] upperBounds, String... labels) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .classicOnly()
                .classicUpperBounds(upperBounds)
                .labelNames(labels)
                .withoutExemplars()
                .register(registry);
    }

    /** @param accept the header by which the asker says what it takes, or null: Prometheus' own text then */
    public Text read(String accept) {
        ExpositionFormatWriter writer = formats.findWriter(accept);
        ByteArrayOutputStream out = new ByteArrayOutputStream(16 * 1024);
        try {
            writer.write(out, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // writing to memory: cannot happen
        }
        return new Text(writer.getContentType(), out.toByteArray());
    }
}
