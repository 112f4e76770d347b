package dev.cresset.app;

import dev.cresset.data.Dataset;
import dev.cresset.data.Rows;
import dev.cresset.nn.Layer;
import dev.cresset.train.Evaluator;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// Where in the plane a classifier of two features sees which class, with the points of a dataset on top.
final class DecisionBoundary {
    /// Predictions along each side of the picture.
    private static final int STEPS = 400;

    /// Leaves about a square between the axes.
    private static final int WIDTH = 770;

    private static final double MARGIN = 0.08;
    private static final Color CLEAR = new Color(0, 0, 0, 0);

    /// How much of a class's colour its region gets where the model is sure; the rest is white.
    private static final double TINT = 0.36;

    private final Dataset points;
    private final double left;
    private final double right;
    private final double bottom;
    private final double top;

    private DecisionBoundary(Dataset points) {
        this.points = points;
        double[] x = range(points.features(), 0);
        double[] y = range(points.features(), 1);
        // One scale for both axes.
        double reach = (1 + MARGIN) * Math.max(x[1] - x[0], y[1] - y[0]) / 2;
        reach = reach > 0 ? reach : 1;
        left = (x[0] + x[1]) / 2 - reach;
        right = (x[0] + x[1]) / 2 + reach;
        bottom = (y[0] + y[1]) / 2 - reach;
        top = (y[0] + y[1]) / 2 + reach;
    }

    /// @param points a classification of two features, shown on top
    static void write(Path file, String title, Layer model, Objective objective, Dataset points) throws IOException {
        DecisionBoundary boundary = new DecisionBoundary(points);
        BufferedImage regions = boundary.regions(model, objective);
        XYChart chart = boundary.chart(title);
        ChartStyle.write(file, chart, graphics -> boundary.draw(graphics, chart, regions));
    }

    private void draw(Graphics2D graphics, XYChart chart, BufferedImage regions) {
        // Drawn twice: the first time tells where the axes lie, the second goes over the regions.
        ChartStyle.paint(chart, graphics);
        int x = (int) Math.round(chart.getScreenXFromChart(left));
        int y = (int) Math.round(chart.getScreenYFromChart(top));
        int width = (int) Math.round(chart.getScreenXFromChart(right)) - x;
        int height = (int) Math.round(chart.getScreenYFromChart(bottom)) - y;
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, chart.getWidth(), chart.getHeight());
        graphics.drawImage(regions, x, y, width, height, null);
        chart.getStyler().setChartBackgroundColor(CLEAR);
        chart.getStyler().setPlotBackgroundColor(CLEAR);
        ChartStyle.paint(chart, graphics);
    }

    private XYChart chart(String title) {
        XYChart chart = ChartStyle.chart(
                WIDTH,
                title,
                points.schema().features().get(0),
                points.schema().features().get(1));
        chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        chart.getStyler().setPlotGridLinesVisible(false);
        chart.getStyler().setPlotContentSize(1);
        chart.getStyler().setPlotMargin(0);
        chart.getStyler().setMarkerSize(8);
        chart.getStyler().setXAxisMin(left);
        chart.getStyler().setXAxisMax(right);
        chart.getStyler().setYAxisMin(bottom);
        chart.getStyler().setYAxisMax(top);
        for (int c = 0; c < points.outputs(); c++) {
            int label = c;
            int[] rows = IntStream.range(0, points.size())
                    .filter(row -> points.label(row) == label)
                    .toArray();
            XYSeries series = chart.addSeries(
                    points.schema().targets().getFirst() + " "
                            + points.schema().classes().get(c),
                    Arrays.stream(rows)
                            .mapToDouble(row -> points.features().at(row, 0))
                            .toArray(),
                    Arrays.stream(rows)
                            .mapToDouble(row -> points.features().at(row, 1))
                            .toArray());
            series.setMarker(c % 2 == 0 ? SeriesMarkers.CIRCLE : SeriesMarkers.DIAMOND);
            series.setMarkerColor(ChartStyle.color(c));
        }
        return chart;
    }

    /// One pixel for each prediction: the mixture of the classes' colours by their probabilities.
    private BufferedImage regions(Layer model, Objective objective) {
        double[] grid = new double[2 * STEPS * STEPS];
        for (int i = 0; i < STEPS * STEPS; i++) {
            grid[2 * i] = left + (right - left) * (i % STEPS + 0.5) / STEPS;
            grid[2 * i + 1] = top - (top - bottom) * (i / STEPS + 0.5) / STEPS;
        }
        double[][] outputs = Evaluator.predict(model, Rows.wrap(STEPS * STEPS, 2, grid));
        BufferedImage image = new BufferedImage(STEPS, STEPS, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < outputs.length; i++) {
            image.setRGB(i % STEPS, i / STEPS, mixture(objective.probabilities(outputs[i])));
        }
        return image;
    }

    private static int mixture(double[] probabilities) {
        double[] rgb = new double[3];
        for (int c = 0; c < probabilities.length; c++) {
            float[] color = ChartStyle.color(c).getRGBColorComponents(null);
            for (int k = 0; k < rgb.length; k++) {
                rgb[k] += probabilities[c] * (1 - TINT + TINT * color[k]);
            }
        }
        return new Color(clamp(rgb[0]), clamp(rgb[1]), clamp(rgb[2])).getRGB();
    }

    private static float clamp(double value) {
        return (float) Math.clamp(value, 0, 1);
    }

    private static double[] range(Rows rows, int column) {
        double least = Double.POSITIVE_INFINITY;
        double largest = Double.NEGATIVE_INFINITY;
        for (int row = 0; row < rows.count(); row++) {
            least = Math.min(least, rows.at(row, column));
            largest = Math.max(largest, rows.at(row, column));
        }
        return new double[] {least, largest};
    }
}
