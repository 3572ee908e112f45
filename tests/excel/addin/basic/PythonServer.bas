Attribute VB_Name = "PythonServer"
'In place of the add-in's own module: XLPy is an object that calls Python over the socket.

Function XLPy() As Object
    Set XLPy = New XLPyDouble
End Function
