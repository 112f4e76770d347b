package dev.cresset.app;

import dev.cresset.train.EpochReport;
import dev.cresset.train.History;
import java.awt.BasicStroke;
import java.io.IOException;
import java.nio.file.Path;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// The loss by epoch, of training and of validation.
final class LossCurve {
    /// From this ratio of the largest to the smallest loss on, a linear axis hides the end of the run.
    private static final double WIDE = 20;

    private LossCurve() {}

    static void write(Path file, History history, TargetUnit unit) throws IOException {
        List<EpochReport> trained = history.epochs().stream()
                .filter(report -> Double.isFinite(report.trainLoss()))
                .toList();
        List<EpochReport> validated = trained.stream()
                .filter(report -> report.validation() != null
                        && Double.isFinite(report.validation().loss()))
                .toList();
        XYChart chart = ChartStyle.chart("Loss by epoch", "epoch", "loss" + unit.suffix());
        add(chart, "training (mean of the epoch's batches)", trained, EpochReport::trainLoss, 0);
        add(
                chart,
                "validation (after the epoch)",
                validated,
                report -> report.validation().loss(),
                1);
        if (trained.isEmpty()) {
            ChartStyle.write(file, chart, graphics -> ChartStyle.paint(chart, graphics));
            return;
        }
        double bottom = setLossAxis(chart, trained, validated);
        EpochAxis epochs = new EpochAxis(chart, trained.getLast().epoch());
        ChartStyle.write(file, chart, graphics -> {
            ChartStyle.paint(chart, graphics);
            epochs.draw(graphics, bottom);
        });
    }

    /// @return the loss at the lower edge of the plot
    private static double setLossAxis(XYChart chart, List<EpochReport> trained, List<EpochReport> validated) {
        DoubleSummaryStatistics losses = DoubleStream.concat(
                        trained.stream().mapToDouble(EpochReport::trainLoss),
                        validated.stream()
                                .mapToDouble(report -> report.validation().loss()))
                .summaryStatistics();
        double least = Math.min(0, losses.getMin());
        double largest = losses.getMax() * 1.05;
        if (losses.getMin() > 0 && losses.getMax() / losses.getMin() >= WIDE) {
            chart.getStyler().setYAxisLogarithmic(true);
            chart.setYAxisTitle(chart.getYAxisTitle() + " (logarithmic)");
            // Whole decades: only they are labelled.
            least = Math.pow(10, Math.floor(Math.log10(losses.getMin())));
            largest = Math.pow(10, Math.ceil(Math.log10(losses.getMax())));
        }
        chart.getStyler().setYAxisMin(least);
        chart.getStyler().setYAxisMax(largest > least ? largest : least + 1);
        chart.getStyler().setPlotContentSize(1);
        return least;
    }

    private static void add(
            XYChart chart, String name, List<EpochReport> reports, ToDoubleFunction<EpochReport> loss, int color) {
        if (reports.isEmpty()) {
            return;
        }
        XYSeries series = chart.addSeries(
                name,
                reports.stream().mapToDouble(EpochReport::epoch).toArray(),
                reports.stream().mapToDouble(loss).toArray());
        series.setLineColor(ChartStyle.color(color));
        series.setLineStyle(new BasicStroke(2.5f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        // Points only where a line through them would hide how few they are.
        series.setMarker(reports.size() > 40 ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
        series.setMarkerColor(ChartStyle.color(color));
    }
}
