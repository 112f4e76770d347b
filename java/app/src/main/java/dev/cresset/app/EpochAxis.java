package dev.cresset.app;

import java.awt.Color;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import org.knowm.xchart.XYChart;

/// Round numbers along the lower axis of a chart. XChart puts its own at multiples of the distance between two points
/// (0, 7, 14, …), so they are made invisible, which keeps their room, and these drawn in it.
final class EpochAxis {
    private static final int MOST_LABELS = 11;
    private static final int MARK_LENGTH = 6;
    private static final Color CLEAR = new Color(0, 0, 0, 0);

    private final XYChart chart;
    private final int last;

    /// @param last the last epoch, 1 or more
    EpochAxis(XYChart chart, int last) {
        this.chart = chart;
        this.last = last;
        chart.getStyler().setXAxisMin(0.0);
        chart.getStyler().setXAxisMax((double) last);
        chart.getStyler().setXAxisTickLabelsColor(CLEAR);
        chart.getStyler().setXAxisTickMarksColor(CLEAR);
        chart.getStyler().setPlotGridVerticalLinesVisible(false);
    }

    /// Draws the numbers, after the chart has been drawn.
    ///
    /// @param bottom the loss at the lower edge of the plot
    void draw(Graphics2D graphics, double bottom) {
        graphics.setColor(chart.getStyler().getChartFontColor());
        graphics.setFont(chart.getStyler().getAxisTickLabelsFont());
        FontMetrics metrics = graphics.getFontMetrics();
        int y = (int) Math.round(chart.getScreenYFromChart(bottom));
        for (int epoch = 0; epoch <= last; epoch += step(last)) {
            int x = (int) Math.round(chart.getScreenXFromChart(epoch));
            String label = Integer.toString(epoch);
            graphics.drawLine(x, y, x, y + MARK_LENGTH);
            graphics.drawString(label, x - metrics.stringWidth(label) / 2, y + 2 * MARK_LENGTH + metrics.getAscent());
        }
    }

    /// The least of 1, 2, 5, 10, 20, … that leaves few enough labels.
    static int step(int last) {
        int power = 1;
        while (last / power >= 10 * MOST_LABELS) {
            power *= 10;
        }
        for (int factor : new int[] {1, 2, 5}) {
            if (last / (factor * power) < MOST_LABELS) {
                return factor * power;
            }
        }
        return 10 * power;
    }
}
