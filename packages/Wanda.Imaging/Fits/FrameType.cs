namespace Wanda.Imaging.Fits;

/// <summary>What a frame was taken for.</summary>
public enum FrameType
{
    /// <summary>IMAGETYP is absent or unknown.</summary>
    Unknown,

    /// <summary>The sky.</summary>
    Light,

    /// <summary>Shutter closed.</summary>
    Dark,

    /// <summary>An evenly lit field.</summary>
    Flat,

    /// <summary>Shortest exposure, shutter closed.</summary>
    Bias,
}

/// <summary>In which order rows are stored (keyword ROWORDER).</summary>
public enum RowOrder
{
    /// <summary>The keyword is absent.</summary>
    Unknown,

    /// <summary>The first row in the file is the top of the image.</summary>
    TopDown,

    /// <summary>The first row in the file is the bottom of the image, as the FITS standard draws it.</summary>
    BottomUp,
}
