package dev.cresset.app;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;

/// What all pictures have in common: size, fonts, colours, the way into a PNG file.
final class ChartStyle {
    /// The height of every picture, and its width unless it says otherwise, in pixels.
    private static final int HEIGHT = 800;

    private static final int WIDTH = 1100;

    /// Told apart by people who confuse red and green, too (after Okabe and Ito, "Color universal design", 2008).
    private static final Color[] COLORS = {
        new Color(0x0072B2),
        new Color(0xD55E00),
        new Color(0x009E73),
        new Color(0xCC79A7),
        new Color(0x8A6D00),
        new Color(0x56B4E9),
    };

    private static final Color INK = new Color(0x2B2B2B);
    private static final Color GRID = new Color(0xE3E3E3);

    private ChartStyle() {}

    /// The colour of thing number `index`; after the last it begins again.
    static Color color(int index) {
        return COLORS[index % COLORS.length];
    }

    /// An empty chart.
    static XYChart chart(String title, String xTitle, String yTitle) {
        return chart(WIDTH, title, xTitle, yTitle);
    }

    /// An empty chart of this width.
    static XYChart chart(int width, String title, String xTitle, String yTitle) {
        XYChart chart = new XYChart(width, HEIGHT);
        chart.setTitle(title);
        chart.setXAxisTitle(xTitle);
        chart.setYAxisTitle(yTitle);
        XYStyler styler = chart.getStyler();
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBackgroundColor(Color.WHITE);
        styler.setPlotBorderColor(INK);
        styler.setPlotGridLinesColor(GRID);
        styler.setPlotGridLinesStroke(new BasicStroke(1));
        styler.setChartFontColor(INK);
        styler.setChartPadding(20);
        styler.setChartTitlePadding(14);
        styler.setChartTitleBoxVisible(false);
        styler.setChartTitleFont(font(Font.BOLD, 22));
        styler.setAxisTitleFont(font(Font.PLAIN, 18));
        styler.setAxisTickLabelsFont(font(Font.PLAIN, 15));
        styler.setAxisTitlePadding(10);
        styler.setLegendFont(font(Font.PLAIN, 16));
        styler.setLegendBorderColor(GRID);
        styler.setLegendPosition(Styler.LegendPosition.OutsideS);
        styler.setLegendLayout(Styler.LegendLayout.Horizontal);
        styler.setAntiAlias(true);
        return chart;
    }

    static void paint(XYChart chart, Graphics2D graphics) {
        chart.paint(graphics, chart.getWidth(), chart.getHeight());
    }

    private static Font font(int style, int size) {
        return new Font(Font.SANS_SERIF, style, size);
    }

    /// Draws a chart into a PNG file, by `picture`.
    ///
    /// @throws IOException if the file cannot be written, or Java cannot draw text here
    static void write(Path file, XYChart chart, Consumer<Graphics2D> picture) throws IOException {
        BufferedImage image = new BufferedImage(chart.getWidth(), chart.getHeight(), BufferedImage.TYPE_INT_RGB);
        try {
            Graphics2D graphics = image.createGraphics();
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            picture.accept(graphics);
            graphics.dispose();
        } catch (LinkageError | InternalError | RuntimeException e) {
            // Java draws letters with the system's fonts, and fails in these ways where there are none.
            throw new IOException(
                    file + ": the picture could not be drawn (" + e + "). If fonts are missing, install fontconfig and"
                            + " a font, such as fonts-dejavu-core.",
                    e);
        }
        // In memory first: ImageIO's own cache cannot be had while the program is being interrupted.
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream to = new MemoryCacheImageOutputStream(bytes)) {
            ImageIO.write(image, "png", to);
        }
        Files.write(file, bytes.toByteArray());
    }
}
